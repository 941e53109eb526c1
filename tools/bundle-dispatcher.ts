import { readFile } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';

/**
 * Bundles the dispatcher, `dist/cli/bin.js`: one small file whose start is measured against `node -e 0`. Everything it
 * cannot answer itself is in `main.js` beside it, loaded when it is needed.
 */
export async function bundleDispatcher(outfile: string): Promise<void> {
  await build({
    entryPoints: [new URL('../src/cli/bin.ts', import.meta.url).pathname],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Old runtimes must be able to read the file far enough to be told that they are too old.
    target: 'node18',
    minify: true,
    logLevel: 'warning',
    plugins: [builtinModules, mainBeside, runtimeFirst],
  });
}

/**
 * Node's own modules by `process.getBuiltinModule`: an `import` of node:fs makes a namespace of every export it has and
 * loads what those need, which takes a tenth of the whole start.
 */
const builtinModules: Plugin = {
  name: 'builtin-modules',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(namedImport, (_, names: string, module: string) =>
        constantsOf(names, module),
      ),
      loader: 'ts',
    }));
  },
};

const namedImport = /^import \{([^}]*)\} from '(node:[^']+)';$/gm;

function constantsOf(names: string, module: string): string {
  const values = names.split(',').map((name) => name.trim());
  const bound = values.filter((name) => name !== '' && !name.startsWith('type ')).join(', ');
  return `const { ${bound.replaceAll(' as ', ': ')} } = process.getBuiltinModule('${module}');`;
}

const mainBeside: Plugin = {
  name: 'main-beside',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/main\.ts$/ }, () => ({ path: './main.js', external: true }));
  },
};

/** The package declares that no module has effects of its own; this one is nothing but its effect. */
const runtimeFirst: Plugin = {
  name: 'runtime-first',
  setup({ onResolve }) {
    onResolve({ filter: /\/require-runtime\.ts$/ }, () => ({
      path: new URL('../src/cli/require-runtime.ts', import.meta.url).pathname,
      sideEffects: true,
    }));
  },
};
