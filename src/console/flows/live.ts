import { html } from 'hono/html';

/** What a page is kept up to date by; without script it says how to see more. */

export const liveNote = html`<p class="live" role="status" data-live-note>Reload the page to see what came since.</p>
`;

/** On a table's body whose rows have ids, and on whatever is replaced as a whole. */
export const liveRows = html` data-live-rows`;
export const livePart = html` data-live`;

/**
 * Reads the page again each second while somebody looks at it, and puts the rows that are new into their place. A row that
 * is as it was stays, so that the focus and what is selected stay too.
 */
export const liveScript = `
(() => {
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const note = document.querySelector('[data-live-note]');
  const tell = (text) => { if (note.textContent !== text) note.textContent = text; };
  const isHeld = (element) => element.contains(document.activeElement) && document.activeElement !== document.body;
  const same = (one, other) => one.outerHTML === other.outerHTML;
  const rows = (body, fresh) => {
    const known = new Map(all(body, 'tr[id]').map((row) => [row.id, row]));
    let next = body.firstElementChild;
    for (const row of [...fresh.children]) {
      const old = known.get(row.id);
      known.delete(row.id);
      if (!old) body.insertBefore(document.importNode(row, true), next);
      else {
        next = old.nextElementSibling;
        if (!same(old, row) && !isHeld(old)) old.replaceWith(document.importNode(row, true));
      }
    }
    for (const row of known.values()) if (!isHeld(row)) row.remove();
  };
  const look = async () => {
    if (document.hidden) return 1000;
    const answer = await fetch(location.href, { redirect: 'manual', cache: 'no-store' });
    if (!answer.ok) { tell('No longer live: reload the page, and sign in again where it asks for it.'); return 0; }
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const kind of ['[data-live-rows]', '[data-live]']) {
      const there = all(fresh, kind);
      all(document, kind).forEach((element, index) => {
        const newer = there[index];
        if (!newer) return;
        if (kind === '[data-live-rows]') rows(element, newer);
        else if (!same(element, newer) && !isHeld(element)) element.replaceWith(document.importNode(newer, true));
      });
    }
    tell('Live: what comes in appears here by itself.');
    return 1000;
  };
  const again = () => look().catch(() => { tell('The sandbox does not answer. It is asked again.'); return 3000; })
    .then((wait) => { if (wait) setTimeout(again, wait); });
  again();
})();
`;
