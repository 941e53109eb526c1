import type { TextSink } from '../io.ts';

/** How many checks are done, in one line that is gone at the end; for a terminal. */
export function progressOn(sink: TextSink, total: number): { readonly ended: () => void; readonly clear: () => void } {
  let done = 0;
  const show = () => sink.write(`\rchecking: ${done} of ${total} done`);
  show();
  return {
    ended: () => {
      done += 1;
      show();
    },
    clear: () => sink.write('\r\u001b[K'),
  };
}
