import { isGuid } from '../../../base/guid.ts';
import type { TokenOrder } from '../../../client/acquire.ts';
import { type Member, type ParameterSetName, parameterSets } from '../../../client/parameter-sets.ts';
import type { SecretMember } from '../../token-request.ts';
import { type Check, type Finding, ok, together, warning, withWarnings } from '../check.ts';
import type { Examination } from '../examination.ts';
import { type OriginKey, originOf } from '../origin.ts';

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

/** What a set is made of, by the words for it. */
const values: readonly (readonly [title: string, member: Member, keys: readonly OriginKey[]])[] = [
  ['module', 'module', ['module']],
  ['application id', 'applicationId', ['applicationId']],
  ['tenant', 'tenant', ['tenant']],
  ['user name', 'username', ['username']],
  ['resource', 'scopes', ['resource', 'scopes']],
  ['certificate', 'certificate', ['certificateThumbprint', 'certificateFile']],
];

const secrets: readonly (readonly [title: string, member: SecretMember])[] = [
  ['secret', 'credential'],
  ['password', 'password'],
  ['refresh token', 'refreshToken'],
];

const takes = (set: ParameterSetName, member: Member): boolean =>
  [...parameterSets[set].mandatory.flat(), ...parameterSets[set].optional].includes(member);

export function orderFinding(
  { context, request }: Pick<Examination, 'context' | 'request'>,
  order: TokenOrder,
): Finding {
  const { set, applicationId } = order.plan;
  const originsOfValues = values.map(([title, member, keys]) => {
    const origin = keys.map((key) => originOf(context, key)).find((each) => each !== undefined);
    return { title, member, origin };
  });
  const originsOfSecrets = secrets.map(([title, member]) => {
    return { title, member, origin: request.places[member]?.label };
  });
  const origins = [...originsOfValues, ...originsOfSecrets].flatMap(({ title, member, origin }) =>
    origin !== undefined && takes(set, member) ? [`${title} from ${origin}`] : [],
  );
  const found = ok(`${set}: ${origins.join(', ')}.`);
  return isGuid(applicationId) ? found : together([found, noGuid]);
}

const noGuid = warning(
  'The application id is no GUID.',
  'Copy the Application (client) ID from the app registration’s overview.',
);
