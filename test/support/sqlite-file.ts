import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** A folder that is gone after the file's tests; each call names another database in it. */
export function sqliteFiles(): () => string {
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  let serial = 0;
  return () => join(folder, `${++serial}.sqlite`);
}
