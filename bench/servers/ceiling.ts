// The machine's own ceiling: so many RS256 verifies, and signs, with node:crypto, parsed keys, nothing else, in a loop.
import { sign, verify } from 'node:crypto';
import { keyInput } from '../../src/jwt/index.ts';
import { type Material, privateKeyOf, publicKeyOf } from './material.ts';

const material: Material & { signs: number; verifies: number } = JSON.parse(process.argv[2] ?? '');
const publicKey = publicKeyOf(material);
const privateKey = keyInput(material.algorithm, privateKeyOf(material));
const [header, payload, signature] = (material.bearers[0] ?? '').split('.');
const signed = Buffer.from(`${header}.${payload}`);
const signatureBytes = Buffer.from(signature ?? '', 'base64url');

process.on('disconnect', () => process.exit());
process.on('message', (milliseconds) => {
  const before = process.cpuUsage();
  const started = performance.now();
  let requests = 0;
  while (performance.now() - started < Number(milliseconds)) {
    for (let repeat = 0; repeat < 20; repeat++, requests++) {
      for (let count = 0; count < material.verifies; count++) {
        if (!verify('sha256', signed, publicKey, signatureBytes)) throw new Error('the signature does not verify');
      }
      for (let count = 0; count < material.signs; count++) sign('sha256', signed, privateKey);
    }
  }
  const { user, system } = process.cpuUsage(before);
  process.send?.({
    perSecond: (requests / (performance.now() - started)) * 1000,
    perCpuSecond: (requests / (user + system)) * 1e6,
  });
});
process.send?.('ready');
