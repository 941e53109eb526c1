import { isGuid } from '../../../base/guid.ts';
import type { TokenOrder } from '../../../client/acquire.ts';
import { takes } from '../../../client/parameter-sets.ts';
import { placesIn } from '../../secret-places.ts';
import type { TokenRequest } from '../../token-request.ts';
import { type Check, type Finding, ok, together, warning, withWarnings } from '../check.ts';
import type { Examination } from '../examination.ts';
import { originOf } from '../origin.ts';

/** Who signs in and by what: where each value comes from, and that the secrets can be read. */
export const credentials: Check = {
  name: 'credentials',
  run: async (examination) => {
    const found = await examination.credentials();
    const finding =
      found.kind === 'given' ? ok(`The access token of ${found.place.label}.`) : orderFinding(examination, found.order);
    return withWarnings(finding, found.warnings);
  },
};

/** What a set is made of, by the words for it: the member, whether it is there, and what may say it. */
const values = [
  ['module', 'module', ({ values }) => values.module !== undefined, ['module']],
  ['application id', 'applicationId', ({ applicationId }) => applicationId !== undefined, ['applicationId']],
  ['tenant', 'tenant', ({ tenant }) => tenant !== undefined, ['tenant']],
  ['user name', 'username', ({ username }) => username !== undefined, ['username']],
] as const satisfies readonly (readonly [
  title: string,
  member: Parameters<typeof takes>[1],
  isThere: (request: TokenRequest) => boolean,
  keys: Parameters<typeof originOf>[2],
])[];

const proof = ['certificateThumbprint', 'certificateFile', 'federatedTokenFile'] as const;

const secrets = { credential: 'secret', password: 'password', refreshToken: 'refresh token' } as const;

type Told = readonly [title: string, origin: string | undefined];

function orderFinding(
  examination: Pick<Examination, 'context' | 'request' | 'namesResource'>,
  order: TokenOrder,
): Finding {
  const { context, request, namesResource } = examination;
  const { set, applicationId } = order.plan;
  const isProven = order.authentication?.kind === 'assertion';
  const places = placesIn(set, request.places);
  const told: readonly Told[] = [
    ...values.flatMap(([title, member, isThere, keys]): Told[] =>
      takes(set, member) && isThere(request) ? [[title, originOf(context, request, keys)]] : [],
    ),
    ...(namesResource && takes(set, 'scopes')
      ? [['resource', originOf(context, request, ['resource', 'scopes'])] as const]
      : []),
    ...(isProven ? [[certificateTitle(request), originOf(context, request, proof)] as const] : []),
    ...(Object.keys(secrets) as (keyof typeof secrets)[])
      .filter((member) => !(isProven && member === 'credential'))
      .map((member): Told => [secrets[member], places[member]?.label]),
  ];
  const found = ok(`${set}: ${byOrigin(told)}.`);
  return isGuid(applicationId) ? found : together([found, noGuid]);
}

/** What comes from one place is said together. */
function byOrigin(told: readonly Told[]): string {
  const titles = new Map<string, string[]>();
  for (const [title, origin] of told) {
    if (origin !== undefined) titles.set(origin, [...(titles.get(origin) ?? []), title]);
  }
  return [...titles].map(([origin, each]) => `${listed(each)} from ${origin}`).join('; ');
}

const listed = (titles: readonly string[]): string =>
  titles.length < 2 ? titles.join('') : `${titles.slice(0, -1).join(', ')} and ${titles.at(-1)}`;

const certificateTitle = ({ certificate }: TokenRequest): string =>
  certificate?.kind === 'federated' ? 'federated token' : 'certificate';

const noGuid: Finding = warning(
  'The application id is no GUID.',
  'Copy the Application (client) ID from the app registration’s overview.',
);
