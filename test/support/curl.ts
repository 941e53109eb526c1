import { spawnSync } from 'node:child_process';
import { runChild } from './child.ts';

export const noCurl = spawnSync('curl', ['--version']).status !== 0 && 'curl is not here';

export interface CurlAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** The body's members, where it is a JSON object. */
  readonly fields: Record<string, unknown>;
}

/** Runs curl and reads the last answer it prints. Throws what curl says when it fails. */
export async function curl(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<CurlAnswer> {
  const { exitCode, stdout, stderr } = await runChild(
    'curl',
    ['-sS', '-i', '--http1.1', '--suppress-connect-headers', ...args],
    {
      variables,
    },
  );
  if (exitCode !== 0) throw new Error(stderr);
  const [head = '', body = ''] = stdout.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: new Headers(headers as [string, string][]),
    body,
    fields: body.startsWith('{') ? JSON.parse(body) : {},
  };
}
