import { spawnSync } from 'node:child_process';

/** A Python that has the module: the one on the path, or Debian's, which sees Debian's packages. */
export const pythonWith = (module: string): string | undefined =>
  ['python3', '/usr/bin/python3'].find(
    (program) => spawnSync(program, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0,
  );
