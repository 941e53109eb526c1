import { spawnSync } from 'node:child_process';

const runs = (program: string, args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/**
 * Why a test of another program is skipped, loudly; false when the program is there. Under CI it is installed, and when
 * that fails its tests run all the same, and fail.
 */
export function missingProgram(
  probe: readonly [program: string, ...args: string[]],
  debianPackage: string,
): string | false {
  const [program, ...args] = probe;
  if (runs(program, args)) return false;
  if (process.env.CI === 'true') {
    const install = ['install', '-y', '--no-install-recommends', debianPackage];
    spawnSync('apt-get', install, { stdio: ['ignore', 'ignore', 'inherit'] });
    return false;
  }
  const reason = `SKIPPED: ${debianPackage} is not here: apt-get install ${debianPackage}`;
  console.error(reason);
  return reason;
}
