import { AuthError } from '../../client/errors.ts';
import type { CommandContext, CommandResult } from '../command.ts';
import { whyNotListening } from './listen-failure.ts';
import { type ServiceConfig, serviceConfig } from './service-config.ts';
import { untilStopped } from './until-stopped.ts';

/** Runs a node of the token service until Ctrl-C or SIGTERM; with `--check` only looks at its configuration. */
export async function serveProduction(context: CommandContext, { json }: { json: boolean }): Promise<CommandResult> {
  const { io, values } = context;
  const { checkProduction, isWorker, startNode } = await import('../../server/index.ts');
  const service = await serviceConfig(context);
  if (values.check === true) {
    await checkProduction(service);
    io.stdout.write(json ? `${JSON.stringify({ event: 'valid' })}\n` : `${service.fileName} is valid.\n`);
    return { printed: true };
  }
  const stopped = untilStopped();
  const node = await startNode(service).catch((cause) => {
    throw explained(cause, service);
  });
  if (!isWorker()) io.stdout.write(readyText(service.config, node.port, json));
  await stopped.promise;
  stopped.forget();
  await node.close();
  return { printed: true };
}

function readyText({ issuer, listen: { host } }: ServiceConfig['config'], port: number, json: boolean): string {
  if (json) return `${JSON.stringify({ event: 'ready', issuer, host, port })}\n`;
  return `The token service of ${issuer} listens on ${host}, port ${port}. Press Ctrl-C to stop.\n`;
}

function explained(cause: unknown, { config: { listen } }: ServiceConfig): unknown {
  const why = whyNotListening(cause);
  if (why === undefined) return cause;
  return new AuthError('configuration', `Port ${listen.port} on ${listen.host} ${why}.`, {
    cause,
    hint: 'Choose another by listen.host and listen.port.',
  });
}
