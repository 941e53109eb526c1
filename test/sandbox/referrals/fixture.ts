import { settableClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { directoryOf, entriesIn, partnerRecordsOf } from '../../../src/domain/index.ts';
import { fetchOf } from '../../../src/http/message.ts';
import { type ApiBearer, createPartnerApi, sandboxData } from '../../../src/sandbox/index.ts';
import { readSeed } from '../../../src/sandbox/seed.ts';
import { memoryStore } from '../../../src/store/memory/index.ts';

export const partnerTenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
export const otherPartner = '55555555-5555-5555-5555-555555555555';
export const partner = 'https://api.partner.microsoft.com';
export const path = '/v1.0/engagements/referrals';
export const now = new Date('2026-11-21T09:00:00Z');
const cheap = { random: systemRandom, passwordCost: { cost: 2, blockSize: 1, parallelization: 1 } };

const seed = readSeed(
  `
tenants: [{ id: ${otherPartner}, displayName: Other, verifiedDomains: [other.example], partnerAccount: true }]
users:
  - { id: 99999999-0000-0000-0000-000000000001, userPrincipalName: nobody@contoso.com, displayName: N, passwordProfile: { password: p } }
  - { id: 99999999-0000-0000-0000-000000000002, userPrincipalName: off@contoso.com, displayName: O, accountEnabled: false, passwordProfile: { password: p }, partnerRoles: [Referrals Admin] }
  - { id: 99999999-0000-0000-0000-000000000003, userPrincipalName: admin@other.example, displayName: A, passwordProfile: { password: p }, partnerRoles: [Referrals Admin] }
`,
  's.yaml',
);

const bearer = (userId: string | undefined, audience = partner, tenantId = partnerTenant): ApiBearer => ({
  tenantId,
  audience,
  applicationId: '00001111-aaaa-2222-bbbb-3333cccc4444',
  userId,
  methods: ['pwd'],
  subject: 'somebody',
  permissions: [],
});

const john = 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb';
const mary = 'bbbbbbbb-1111-2222-3333-cccccccccccc';

/** Tokens by name: what the verifier would have found. */
const bearers: ReadonlyMap<string, ApiBearer> = new Map([
  ['admin', bearer(john)],
  ['member', bearer(mary)],
  ['no-role', bearer('99999999-0000-0000-0000-000000000001')],
  ['disabled', bearer('99999999-0000-0000-0000-000000000002')],
  ['deleted', bearer('99999999-0000-0000-0000-00000000dead')],
  ['app-only', bearer(undefined)],
  ['other-admin', bearer('99999999-0000-0000-0000-000000000003', partner, otherPartner)],
  ['partner-center', bearer(john, 'https://api.partnercenter.microsoft.com')],
  ['graph', bearer(john, '00000003-0000-0000-c000-000000000000')],
  ['by-id', bearer(john, '4990cffe-04e8-4e8b-808a-1175604b879f')],
  ['with-slash', bearer(john, `${partner}/`)],
]);

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as they please
  readonly body: any;
}

export async function partnerApi() {
  const data = await sandboxData(cheap, seed);
  const clock = settableClock(now);
  const records = partnerRecordsOf(data);
  const request = fetchOf(
    createPartnerApi({
      verifyBearer: async (token) => bearers.get(token),
      directory: directoryOf(data.directory),
      records,
      entries: entriesIn(memoryStore().entries, clock),
      random: systemRandom,
      clock,
    }).handler,
  );
  const send = async (
    method: string,
    place: string,
    { token = 'admin', body, headers = {} }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await request(`${partner}${place}`, {
      method,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
    });
    const answer = await response.text();
    return { status: response.status, headers: response.headers, body: answer === '' ? undefined : JSON.parse(answer) };
  };
  return { send, records, clock };
}

/** What the document marks as required, and nothing else. */
export const order = {
  type: 'Independent',
  customerProfile: { name: 'Contoso Customer Inc', address: { city: 'Redmond', country: 'US' } },
  consent: { consentToToShareInfoWithOthers: true, consentToContact: true },
  details: { notes: 'Dynamics 365', dealValue: 50_000, currency: 'USD' },
};
