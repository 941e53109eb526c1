import type { ConsoleSandbox } from '../console/index.ts';
import { Refusal, type RefusalCode } from '../domain/index.ts';
import { ControlError, type FaultOrder, faultEndpointNames, type SandboxControl } from '../sandbox/index.ts';

/** The console's port to the sandbox: the functions of the control API, refusing in the domain's words. */
export const consoleSandbox = (control: SandboxControl): ConsoleSandbox => ({
  clock: refusing(control.readClock),
  setClock: refusing(control.setClock),
  advanceClock: refusing(control.advanceClock),
  restoreClock: refusing(control.restoreClock),
  faultEndpoints: faultEndpointNames,
  faults: refusing(control.faults),
  // Which endpoints there are is checked by the control.
  addFault: refusing((order) => control.addFault(order as FaultOrder)),
  removeFaults: refusing(control.removeFaults),
  keys: refusing(control.keys),
  rotateKeys: refusing(control.rotateKeys),
  addReferral: refusing(control.addReferral),
});

const refusing =
  <Asked extends readonly unknown[], Answer>(work: (...asked: Asked) => Promise<Answer>) =>
  async (...asked: Asked): Promise<Answer> => {
    try {
      return await work(...asked);
    } catch (thrown) {
      throw thrown instanceof ControlError ? refusalOf(thrown) : thrown;
    }
  };

/** The field stands apart from the sentence, which the control begins with it. */
function refusalOf({ code, message, target = '' }: ControlError): Refusal {
  const prefix = `${target}: `;
  return new Refusal(
    codes[code] ?? 'invalid',
    target,
    message.startsWith(prefix) ? message.slice(prefix.length) : message,
  );
}

const codes: Readonly<Partial<Record<ControlError['code'], RefusalCode>>> = { conflict: 'taken', notFound: 'missing' };
