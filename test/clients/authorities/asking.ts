import assert from 'node:assert/strict';
import { AuthError, type AuthErrorCode, environments } from '../../../src/index.ts';
import { tenant } from './places.ts';

/** Options of a call to an authority that is nobody's cloud; retries do not wait. */
export const atAuthority = ({ authority }: { readonly authority: string }) => ({
  environment: { ...environments.AzureCloud, authority, apiOrigin: authority },
  tenant,
  sleep: async () => {},
});

export async function fails(code: AuthErrorCode, call: Promise<unknown> | undefined): Promise<AuthError> {
  const error: unknown = await call?.then(
    () => assert.fail('it succeeded'),
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof AuthError, String(error));
  assert.equal(error.code, code, error.message);
  return error;
}
