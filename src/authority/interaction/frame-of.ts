import { turnMarker } from './marker.ts';
import type { Visit } from './visit.ts';

/** What every page of an interaction is made with: whose it is, where its form goes, and what proves the form. */
export function frameOf(visit: Visit, shown?: string) {
  const { interaction, id, step, standing } = visit;
  const { purpose } = interaction;
  return {
    applicationName: standing.application.displayName,
    ...(standing.user && interaction.signIn ? { userName: standing.user.userPrincipalName } : {}),
    marker: turnMarker(interaction, { id, step, ...(shown === undefined ? {} : { shown }) }),
    // Chromium holds form-action against the redirects that follow a form too.
    formTargets: ["'self'", ...('target' in purpose ? [sourceOf(purpose.target.redirectUri)] : [])],
  };
}

/** The source expression (CSP level 3, section 2.3.1) for where an address is. */
export function sourceOf(address: string): string {
  const { origin, protocol } = new URL(address);
  // What brackets or an application's own scheme name, a host source cannot.
  return origin === 'null' || origin.includes('[') ? protocol : origin;
}
