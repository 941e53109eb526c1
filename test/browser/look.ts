import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { repository } from '../support/built-command.ts';

const folder = join(repository, 'build', 'screenshots');
const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };
const schemes = ['light', 'dark'] as const;

/** What `looker` holds a page to. */
export const lookedAt = 'no serious finding, one heading, no scrolling sideways, light and dark, phone and desktop';

export interface Looked {
  readonly name: string;
  readonly heading: string;
  readonly go: (page: Page) => Promise<unknown>;
  /** A session that was signed in before. */
  readonly storageState?: BrowserContextOptions['storageState'] | undefined;
}

/** Looks at a page in every size and scheme, leaves pictures in `build/screenshots`, and holds it to `lookedAt`. */
export const looker = (browser: Browser | undefined) => async (looked: Looked) => {
  const { name, heading, go, storageState } = looked;
  mkdirSync(folder, { recursive: true });
  const context = await browser?.newContext({
    ignoreHTTPSErrors: true,
    ...(storageState === undefined ? {} : { storageState }),
  });
  const page = await context?.newPage();
  if (!context || !page) return;
  const refusals: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) refusals.push(message.text());
  });
  await go(page);
  assert.deepEqual(await page.locator('h1').allInnerTexts(), [heading]);
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await findings(page), [], `${size} ${colorScheme}`);
      await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`), fullPage: true });
    }
  }
  await page.setViewportSize({ width: 320, height: 568 });
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320);
  assert.deepEqual(refusals, []);
  await context.close();
};

async function findings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}
