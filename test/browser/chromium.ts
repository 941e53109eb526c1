import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The system's Chromium: in the places where systems keep programs; `PARTNER_AUTH_CHROMIUM` names another one. */
function findChromium(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/bin', '/usr/local/bin', '/snap/bin'];
  const places = [
    process.env.PARTNER_AUTH_CHROMIUM ?? '',
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
  ];
  return places.find((place) => place !== '' && isProgram(place));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian's package, where we may install it. */
function installChromium(): void {
  if (process.getuid?.() !== 0) return;
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    if (spawnSync('apt-get', args, { env: environment, stdio: 'ignore', timeout: 90_000 }).status !== 0) return;
  }
}

/** A browser, or undefined with one loud line; under CI that is a failure. */
export async function launchChromium(): Promise<Browser | undefined> {
  if (!findChromium()) installChromium();
  const executablePath = findChromium();
  if (executablePath) {
    // Root has no sandbox of Chromium's; the pages are our own.
    return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  }
  const line = 'BROWSER TESTS SKIPPED: no Chromium was found, and none could be installed.';
  if (process.env.CI === 'true') throw new Error(line);
  console.error(`\n*** ${line} ***\n`);
  return undefined;
}
