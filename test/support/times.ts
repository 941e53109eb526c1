/** How often a fault strikes: `briefly` in `npm test`, as its target asks in `npm run faults`. */
export const times = (briefly: number, asAsked: number): number =>
  process.env.PARTNER_AUTH_FAULTS === 'all' ? asAsked : briefly;
