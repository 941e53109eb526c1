// Loaded before a program of ours: its machine's clock stands as the file CLOCK says, JSON, at every look: `offset`
// milliseconds beside the true one, or `frozen` at an instant. What is done each minute is done five times a second.
import { readFileSync } from 'node:fs';

const trueDate = Date;
const trueNow = Date.now.bind(Date);

function now() {
  const { offset = 0, frozen } = JSON.parse(readFileSync(process.env.CLOCK, 'utf8'));
  return frozen ?? trueNow() + offset;
}

globalThis.Date = new Proxy(trueDate, {
  construct: (target, given, made) => Reflect.construct(target, given.length > 0 ? given : [now()], made),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

const trueInterval = setInterval;
globalThis.setInterval = (work, milliseconds, ...rest) =>
  trueInterval(work, milliseconds === 60_000 ? 200 : milliseconds, ...rest);
