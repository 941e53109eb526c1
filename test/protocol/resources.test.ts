import assert from 'node:assert/strict';
import { test } from 'node:test';
import { environments } from '../../src/protocol/environments.ts';
import { audiencesOf, resourceIn, resourceNames, resourceOfAudience } from '../../src/protocol/resources.ts';

test('an audience names its resource in every cloud, and no other in any', () => {
  for (const environment of Object.values(environments)) {
    for (const name of resourceNames) {
      const resource = resourceIn(environment, name);
      if (!resource) continue;
      const { identifier, applicationId } = resource;
      for (const audience of [identifier, `${identifier}/`, identifier.toUpperCase(), applicationId]) {
        const found = Object.values(environments).flatMap((each) => resourceOfAudience(each, audience)?.name ?? []);
        assert.deepEqual([...new Set(found)], [name], audience);
      }
      assert.deepEqual(audiencesOf(environment, `${identifier}/`), new Set([identifier, applicationId]));
    }
  }
  assert.deepEqual(
    audiencesOf(environments.AzureCloud, 'https://Contoso.com/api/'),
    new Set(['https://contoso.com/api']),
  );
});
