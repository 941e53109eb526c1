// `npm start`: a sandbox, and one partner token obtained through it the way a partner would, step by step. Then it serves
// until Ctrl-C; with --once, or in CI, it stops after the demonstration.
import { plainValues } from '../src/cli/arguments.ts';
import { serve, serveSandbox } from '../src/cli/commands/serve.ts';
import { exitCodeOf, failureText } from '../src/cli/failures.ts';
import { commonOptions } from '../src/cli/options.ts';
import { processIo } from '../src/cli/process-io.ts';
import { demonstrate } from './demonstrate.ts';

const io = processIo();
const table = { ...serve.options, ...commonOptions, once: { description: 'stop after the demonstration' } };
const values = plainValues(table, io.argv);

try {
  if (!values) {
    io.stderr.write(
      'npm start takes the options of partner-auth serve sandbox, and --once: npm start -- --port 0 --once\n',
    );
    process.exitCode = 2;
  } else {
    const warn = (warning: string) => io.stderr.write(`${warning}\n`);
    const context = {
      io,
      values,
      positionals: ['sandbox'],
      warn,
      call: {},
      tokens: async () => undefined,
      secrets: [],
    };
    await serveSandbox(context, {
      command: 'npx partner-auth',
      demonstrate: (sandbox) => demonstrate(sandbox, (line) => io.stdout.write(`${line}\n`)),
      once: values.once === true || process.env.CI === 'true',
    });
  }
} catch (error) {
  io.stderr.write(failureText(error, [], values?.debug === true));
  process.exitCode = exitCodeOf(error);
}
