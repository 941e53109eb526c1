import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { secretPaths } from '../../src/server/production/config-schema.ts';
import { readConfig } from '../../src/server/production/read-config.ts';
import { repository } from '../support/built-command.ts';
import { imageInstructions, textOf, wordsOf } from '../support/dockerfile.ts';
import {
  chartFolder,
  chartValues,
  type Manifest,
  manifestsOf,
  merged,
  renderChart,
  type Values,
} from '../support/helm-chart.ts';
import { writableAt } from '../support/writable-at.ts';

/** The Helm chart, rendered with the values it asks for and with all that is optional. */

const asked: Values = {
  config: { issuer: 'https://tokens.example.com', behindProxy: { trustedProxies: ['10.0.0.0/8'] } },
  secret: { name: 'tokens' },
};
const everything: Values = merged(asked, {
  config: { tracing: { endpoint: 'https://collector.example.com:4318' }, drainSeconds: 30 },
  secret: { secondSealingKeyKey: 'second-key', tracingHeadersKey: 'collector' },
  autoscaling: { enabled: true },
  networkPolicy: { enabled: true, from: [{ namespaceSelector: { matchLabels: { name: 'ingress' } } }] },
  serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
  audit: { volume: { persistentVolumeClaim: { claimName: 'audit' } } },
  extraContainers: [{ name: 'shipper', image: 'shipper:1', volumeMounts: [{ name: 'audit', mountPath: '/audit' }] }],
  extraEnv: [{ name: 'HTTPS_PROXY', value: 'http://proxy.example.com:3128' }],
  extraVolumes: [{ name: 'authority', configMap: { name: 'database-authority' } }],
  extraVolumeMounts: [{ name: 'authority', mountPath: '/etc/authority', readOnly: true }],
  podAnnotations: { team: 'partners' },
  image: { repository: 'registry.example.com/partner-auth', tag: '1.2.3' },
});
const without: Values = merged(asked, { audit: { enabled: false }, podDisruptionBudget: { enabled: false } });

const secrets: Readonly<Record<string, string>> = {
  'database-url': 'postgres://partner_auth:secret@db.example.com/partner_auth?sslmode=verify-full',
  'sealing-key': Buffer.alloc(32, 5).toString('base64'),
  'second-key': Buffer.alloc(32, 6).toString('base64'),
  collector: 'api-key=abc',
};

const of = (manifests: readonly Manifest[], kind: string): Manifest =>
  manifests.find((manifest) => manifest.kind === kind) ?? assert.fail(`no ${kind}`);

/** The configuration a pod reads: the file that is mounted, the variables it has, the secrets it is given. */
function configOf(manifests: readonly Manifest[]) {
  const { spec } = of(manifests, 'Deployment').spec.template;
  const [container] = spec.containers;
  const file = wordsOf(imageInstructions(), 'CMD').at(-1) ?? '';
  const read = (path: string): string => {
    const mount = container.volumeMounts.find(({ mountPath }: Manifest) => path.startsWith(`${mountPath}/`));
    const volume = spec.volumes.find(({ name }: Manifest) => name === mount?.name) ?? assert.fail(`${path} is nowhere`);
    const name = path.slice(mount.mountPath.length + 1);
    if (volume.configMap) return of(manifests, 'ConfigMap').data[name];
    const item = volume.secret.items.find((one: Manifest) => one.path === name) ?? assert.fail(`${path} is not given`);
    return secrets[item.key] ?? assert.fail(`no key ${item.key}`);
  };
  const variables = Object.fromEntries(container.env.map(({ name, value }: Manifest) => [name, value]));
  return readConfig({ text: read(file), fileName: file, variables, readFile: read });
}

for (const [what, values] of Object.entries({ asked, everything, without })) {
  describe(`values: ${what}`, () => {
    const rendered = renderChart(values);
    const manifests = manifestsOf(rendered);
    const deployment = of(manifests, 'Deployment');
    const pod = deployment.spec.template;
    const [container] = pod.spec.containers;

    test('the configuration of its pods is valid, and says what the pod has', () => {
      const config = configOf(manifests);
      assert.deepEqual([config.listen.host, config.listen.port], ['0.0.0.0', container.ports[0].containerPort]);
      assert.equal(config.storage.databaseUrl, secrets['database-url']);
      const places = container.volumeMounts
        .filter(({ readOnly }: Manifest) => readOnly !== true)
        .map(({ mountPath }: Manifest) => mountPath);
      if (config.audit.file !== undefined) assert.ok(writableAt(config.audit.file, places), config.audit.file);
      assert.equal(config.audit.file === undefined, what === 'without');
      const before = what === 'everything' ? secrets['second-key'] : undefined;
      assert.equal(config.keys.secondSealingKey, before);
      assert.equal(config.tracing?.headers, what === 'everything' ? secrets.collector : undefined);
    });

    test('endpoints leave before the service does, and it is killed after all it may take', () => {
      const { drainSeconds } = configOf(manifests);
      const [sleep, seconds] = container.lifecycle.preStop.exec.command;
      assert.deepEqual([sleep, seconds], ['sleep', '5']);
      assert.ok(pod.spec.terminationGracePeriodSeconds >= Number(seconds) + drainSeconds + 5);
      assert.equal(container.livenessProbe.httpGet.path, '/livez');
      assert.equal(container.readinessProbe.httpGet.path, '/readyz');
      assert.equal(container.startupProbe.httpGet.path, '/livez');
    });

    test('every container is confined, and as the image is', () => {
      const pods = manifests.flatMap((manifest) => (manifest.kind === 'Pod' ? [manifest.spec] : []));
      for (const spec of [pod.spec, ...pods]) {
        assert.equal(spec.automountServiceAccountToken, false);
        assert.equal(spec.securityContext.runAsNonRoot, true);
        assert.equal(spec.securityContext.runAsUser, Number(textOf(imageInstructions(), 'USER').split(':')[0]));
        assert.deepEqual(spec.securityContext.seccompProfile, { type: 'RuntimeDefault' });
        assert.deepEqual(spec.containers[0].securityContext, {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        for (const word of spec.containers[0].command ?? []) assert.equal(typeof word, 'string');
      }
      assert.ok(container.resources.requests.memory && container.resources.limits.memory);
    });

    test('what selects pods selects these; what is named is there', () => {
      const selects = (labels: Values) =>
        Object.entries(labels).every(([name, value]) => pod.metadata.labels[name] === value);
      for (const manifest of manifests) {
        const { selector, podSelector } = manifest.spec ?? {};
        const labels = podSelector?.matchLabels ?? selector?.matchLabels ?? selector;
        if (labels) assert.ok(selects(labels), manifest.kind);
      }
      const test = manifests.find(({ kind }) => kind === 'Pod');
      assert.equal(
        Object.hasOwn(test.metadata.labels, 'app.kubernetes.io/instance'),
        false,
        'the Service must not find it',
      );
      const volumes = pod.spec.volumes.map(({ name }: Manifest) => name);
      for (const volume of pod.spec.volumes) assert.equal(Object.keys(volume).length, 2, 'a volume has one source');
      for (const one of pod.spec.containers) {
        for (const { name } of one.volumeMounts) assert.ok(volumes.includes(name), name);
      }
      assert.equal(of(manifests, 'Service').spec.ports[0].targetPort, container.ports[0].name);
      assert.equal(pod.spec.serviceAccountName, of(manifests, 'ServiceAccount').metadata.name);
      for (const { whenUnsatisfiable, labelSelector } of pod.spec.topologySpreadConstraints) {
        assert.deepEqual([whenUnsatisfiable, selects(labelSelector.matchLabels)], ['ScheduleAnyway', true]);
      }
    });

    test('no secret is in it', () => {
      const text = [...rendered.values()].join('\n');
      for (const secret of Object.values(secrets)) assert.equal(text.includes(secret), false);
      assert.equal(
        manifests.some(({ kind }) => kind === 'Secret'),
        false,
      );
    });
  });
}

test('what is optional is there when it is asked for', () => {
  const kinds = (values: Values) =>
    manifestsOf(renderChart(values))
      .map(({ kind }) => kind)
      .sort();
  const always = ['ConfigMap', 'Deployment', 'Pod', 'Service', 'ServiceAccount'];
  assert.deepEqual(kinds(without), always);
  assert.deepEqual(kinds(asked), [...always, 'PodDisruptionBudget'].sort());
  const optional = ['HorizontalPodAutoscaler', 'NetworkPolicy', 'PodDisruptionBudget', 'ServiceMonitor'];
  assert.deepEqual(kinds(everything), [...always, ...optional].sort());
  const scaled = of(manifestsOf(renderChart(everything)), 'Deployment');
  assert.equal(scaled.spec.replicas, undefined, 'who scales says how many');
});

test('the service is given what its network and its database ask for: a proxy, an authority', () => {
  const { containers, volumes } = of(manifestsOf(renderChart(everything)), 'Deployment').spec.template.spec;
  const [{ env, volumeMounts }] = containers;
  assert.deepEqual(env.at(-1), { name: 'HTTPS_PROXY', value: 'http://proxy.example.com:3128' });
  assert.deepEqual(volumeMounts.at(-1), { name: 'authority', mountPath: '/etc/authority', readOnly: true });
  assert.deepEqual(volumes.at(-1), { name: 'authority', configMap: { name: 'database-authority' } });
});

test('it names the image of its release, by the number of the package', () => {
  const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const { containers } = of(manifestsOf(renderChart(asked)), 'Deployment').spec.template.spec;
  assert.equal(containers[0].image, `partner-auth:${version}`);
});

test('a changed configuration makes new pods', () => {
  const checksum = (values: Values) =>
    of(manifestsOf(renderChart(values)), 'Deployment').spec.template.metadata.annotations['checksum/config'];
  assert.equal(checksum(asked), checksum(merged(asked, { replicas: 5 })));
  assert.notEqual(checksum(asked), checksum(merged(asked, { config: { lifetimeSeconds: 600 } })));
});

describe('the schema of its values', () => {
  const schema = z.fromJSONSchema(JSON.parse(readFileSync(join(chartFolder, 'values.schema.json'), 'utf8')));
  const takes = (values: Values) => schema.safeParse(chartValues(values)).success;

  test('takes what the chart is rendered with above', () => {
    for (const values of [asked, everything, without])
      assert.deepEqual(schema.safeParse(chartValues(values)).error, undefined);
  });

  const refused: Record<string, Values> = {
    'no values at all': {},
    'no issuer': merged(asked, { config: { issuer: '' } }),
    'no trusted proxy': merged(asked, { config: { behindProxy: { trustedProxies: [] } } }),
    'no Secret': merged(asked, { secret: { name: '' } }),
    'a name that is misspelled': merged(asked, { replica: 3 }),
    'a port of root': merged(asked, { port: 443 }),
  };
  for (const path of secretPaths) {
    const [holder = '', name = ''] = path.split('.');
    refused[`${path} in clear`] = merged(asked, { config: { [holder]: { [name]: 'a=b' } } });
  }
  for (const [what, values] of Object.entries(refused)) {
    test(`refuses ${what}`, () => assert.equal(takes(values), false));
  }
});

const helm = spawnSync('helm', ['version', '--short'], { encoding: 'utf8' });

test('Helm itself makes the same of it', { skip: helm.error ? 'helm is not on the PATH' : false }, () => {
  const words = ['template', 'tokens', chartFolder, '--namespace', 'partners', '--values', '-'];
  const { stdout, stderr } = spawnSync('helm', words, { input: JSON.stringify(everything), encoding: 'utf8' });
  assert.equal(stderr, '');
  const plain = (manifests: readonly Manifest[]) =>
    manifests
      .map((manifest) => (manifest.kind === 'ConfigMap' ? { ...manifest, data: configOf(manifests) } : manifest))
      .map((manifest) => JSON.stringify(manifest).replace(/"checksum\/config":"\w+"/, ''))
      .sort();
  assert.deepEqual(plain(manifestsOf(new Map([['helm.yaml', stdout]]))), plain(manifestsOf(renderChart(everything))));
});
