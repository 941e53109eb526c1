// The reporter of `npm run faults`: a line for each fault that struck, and its figures below.

interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly name: string;
    readonly nesting: number;
    readonly message: string;
    readonly skip?: string | boolean;
    readonly details: {
      readonly duration_ms: number;
      readonly type?: string;
      readonly error?: { readonly cause?: unknown };
    };
  };
}

/** A test that says which row of the threat table it proves. */
const isRow = (name: string): boolean => /^(rows? [B\d]|B\d)/.test(name);

/** What the runner counts itself at the end. */
const isSum = (message: string): boolean =>
  /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/.test(message);

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const count = { passed: 0, failed: 0, skipped: 0 };
  let last = '';
  for await (const { type, data } of events) {
    if (type === 'test:dequeue' && isRow(data.name)) yield `… ${data.name}\n`;
    if (type === 'test:diagnostic' && isRow(last) && !isSum(data.message)) yield `    ${data.message}\n`;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    last = data.details.type === 'suite' ? '' : data.name;
    const seconds = `${(data.details.duration_ms / 1000).toFixed(1)} s`;
    if (type === 'test:fail' && data.details.type !== 'suite') {
      count.failed += 1;
      yield `✖ ${data.name} (${seconds})\n    ${String(data.details.error?.cause ?? data.details.error)}\n`;
    } else if (data.skip !== undefined) {
      count.skipped += 1;
      yield `- ${data.name}: skipped, ${data.skip}\n`;
    } else if (isRow(last)) {
      count.passed += 1;
      yield `✔ ${data.name} (${seconds})\n`;
    }
  }
  yield `\n${count.passed} faults withstood, ${count.failed} not, ${count.skipped} not tried\n`;
}
