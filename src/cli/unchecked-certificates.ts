import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Io } from './io.ts';
import { warningLine } from './output/terminal-safe.ts';

/** Node's fetch and its agents tell of each request, before it is sent. */
const fetched = 'undici:request:create';
const requested = 'http.client.request.start';

interface Requested {
  readonly request: { readonly agent?: { readonly options?: { readonly rejectUnauthorized?: boolean } } };
}

/**
 * Says on every run that speaks to another machine that nobody checks with whom: `NODE_TLS_REJECT_UNAUTHORIZED=0` is left
 * over in many a shell. `--quiet` does not silence it. A sandbox found by its environment file is checked all the same.
 */
export function warnOfUncheckedCertificates({ variables, stderr }: Pick<Io, 'variables' | 'stderr'>): void {
  if (variables.NODE_TLS_REJECT_UNAUTHORIZED !== '0') return;
  const warn = () => {
    unsubscribe(fetched, warn);
    unsubscribe(requested, warnUnlessChecked);
    stderr.write(
      warningLine(
        'NODE_TLS_REJECT_UNAUTHORIZED=0 is set: no certificate is checked, and whoever stands between here and the service ' +
          'reads every secret that is sent. Unset it; to trust an authority of your own, set NODE_EXTRA_CA_CERTS to its file.',
      ),
    );
  };
  const warnUnlessChecked = (message: unknown) => {
    // Said where a certificate authority is given: then it is checked all the same.
    if ((message as Requested).request.agent?.options?.rejectUnauthorized !== true) warn();
  };
  subscribe(fetched, warn);
  subscribe(requested, warnUnlessChecked);
}
