import { type ChildProcess, spawn } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { settableClock } from '../../src/base/clock.ts';
import type { Algorithm } from '../../src/jwt/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import { testIssuer } from './issuer.ts';
import { serveSocket, testService, testStart } from './token-service.ts';

/** What a token service in a process of its own is made of; its clock stands at `testStart`. */
export interface ServiceProcessOptions {
  readonly file: string;
  readonly sealingKey: Uint8Array;
  /** PKCS #8, PEM. */
  readonly issuerKey: string;
  readonly algorithm?: Algorithm;
}

export interface ServiceProcess extends AsyncDisposable {
  readonly origin: string;
  readonly child: ChildProcess;
  /** Everything it wrote to stdout and stderr: its log, one JSON object a line, and whatever escaped it. */
  readonly output: () => string;
  kill(): Promise<void>;
}

export async function startServiceProcess(options: ServiceProcessOptions): Promise<ServiceProcess> {
  const settings = { ...options, sealingKey: Buffer.from(options.sealingKey).toString('hex') };
  const child = spawn(process.execPath, [import.meta.filename], {
    env: { PATH: process.env.PATH, SERVICE_PROCESS: JSON.stringify(settings) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    output += `${line}\n`;
  });
  const started = await Promise.race([once(lines, 'line'), once(child, 'exit')]);
  const origin = started[0];
  if (typeof origin !== 'string') throw new Error(`the service did not start: ${output}`);
  // It ends with whoever started it; it does not keep them.
  child.unref();
  for (const stream of child.stdio) if (stream instanceof Socket) stream.unref();
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.ref();
    child.kill('SIGKILL');
    await ended;
  };
  return { origin, child, output: () => output, kill, [Symbol.asyncDispose]: kill };
}

async function serve(text: string): Promise<void> {
  const { file, sealingKey, issuerKey, algorithm = 'RS256' } = JSON.parse(text);
  const clock = settableClock(testStart);
  const issuer = testIssuer({ now: () => clock.now(), privateKey: createPrivateKey(issuerKey) });
  const service = await testService({
    clock,
    issuers: [issuer],
    algorithm,
    store: await sqliteStore(file),
    sealingKey: Buffer.from(sealingKey, 'hex'),
    log: (line) => console.error(JSON.stringify(line)),
  });
  const { origin } = await serveSocket(service.handler);
  process.stdin.resume().on('end', () => process.exit());
  console.log(origin);
}

if (process.env.SERVICE_PROCESS !== undefined && process.argv[1] === import.meta.filename) {
  await serve(process.env.SERVICE_PROCESS);
}
