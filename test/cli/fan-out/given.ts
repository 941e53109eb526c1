import type { TestContext } from 'node:test';
import { applicationId, oauthRefusal, type Reply, type Sent, tokenAnswer } from '../../client/wire.ts';
import { partnerAuth, type RunOptions, scratch } from '../command.ts';

export const secret = 'TestClientAppSecret23456';
const consentMissing = () => oauthRefusal('invalid_grant', 65001, 400, { suberror: 'consent_required' });
export const tenantOf = ({ url }: Sent): string => new URL(url).pathname.split('/')[1] ?? '';
export const asked = (sent: readonly Sent[]) => sent.map(tenantOf).toSorted();
export const lines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** One tenant in ten refuses. */
export const someRefuse: Reply = (sent) => (tenantOf(sent).endsWith('9.example') ? consentMissing() : tokenAnswer());
export const named = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `tenant-${index}.example`);

export function given(context: TestContext) {
  const { file, folder } = scratch(context);
  const who = ['fan-out', '--application-id', applicationId, '--client-secret-file', file('secret', secret)];
  return {
    file,
    folder,
    who,
    /** Over a list in a file. */
    over: (list: string, args: readonly string[] = [], options: RunOptions = {}) =>
      partnerAuth([...who, '--tenants-file', file('tenants', list), ...args], options),
  };
}
