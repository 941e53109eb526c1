// One holder of tokens in a process of its own: filled, then asked for warm tokens as long as it is told.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { tenantNumbered } from './answers.ts';
import { type Fill, tokenHolders } from './token-holders.ts';

const settings: { holder: keyof typeof tokenHolders; tenants: number } = JSON.parse(process.argv[2] ?? '');
const asksAtOnce = 16;
const orderLength = 2 ** 17;

const fill: Fill = tokenHolders[settings.holder];
const tenants = Array.from({ length: settings.tenants }, (_, index) => tenantNumbered(index));
const ask = await fill(tenants);
// As a request brings them: in any order, and equal to what the holder was filled with, not the same text in memory.
const order = Array.from({ length: orderLength }, () => {
  const tenant = tenants[Math.floor(Math.random() * tenants.length)] ?? '';
  return Buffer.from(tenant).toString();
});

// What filling has left behind, and how much of it, differs from holder to holder.
setFlagsFromString('--expose-gc');
runInNewContext('gc')();

let next = 0;
async function askSome(): Promise<void> {
  for (let count = 0; count < asksAtOnce; count++) await ask(order[next++ & (orderLength - 1)] ?? '');
}

process.on('disconnect', () => process.exit());
process.on('message', async (milliseconds) => {
  const before = process.cpuUsage();
  const started = performance.now();
  let asked = 0;
  for (; performance.now() - started < Number(milliseconds); asked += asksAtOnce) await askSome();
  const { user, system } = process.cpuUsage(before);
  process.send?.({
    perSecond: (asked / (performance.now() - started)) * 1000,
    perCpuSecond: (asked / (user + system)) * 1e6,
  });
});
process.send?.({});
