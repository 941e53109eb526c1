/** What a pipeline makes sure of: a sentence for each check, by name, in the order they are made. */
export type Checks<Name extends string = string> = Readonly<Record<Name, string>>;

export interface JudgedCheck {
  readonly name: string;
  /** What it makes sure of. */
  readonly about: string;
  readonly result: 'passed' | 'stopped' | 'notReached';
  /** What was found. Never a secret, nor text of the request: names and ids of what is registered. */
  readonly finding?: string;
}

/** How far one request came through the checks of its pipeline. It costs a request next to nothing; `judged` is for whoever looks. */
export class CheckTrail<Name extends string = string> {
  readonly #checks: Checks<Name>;
  readonly #passed: [name: Name, finding: string | undefined][] = [];

  constructor(checks: Checks<Name>) {
    this.#checks = checks;
  }

  passed(name: Name, finding?: string): void {
    this.#passed.push([name, finding]);
  }

  /** Every check in its order: the first that was not passed is the one that refused. */
  judged(): readonly JudgedCheck[] {
    const passed = new Map<string, string | undefined>(this.#passed);
    let reached = true;
    return Object.entries<string>(this.#checks).map(([name, about]) => {
      if (!passed.has(name)) {
        const result = reached ? 'stopped' : 'notReached';
        reached = false;
        return { name, about, result };
      }
      const finding = passed.get(name);
      return { name, about, result: 'passed', ...(finding === undefined ? {} : { finding }) };
    });
  }
}

/** What became of a request on the way to its reply, for whoever watches the server; it is never sent. */
export interface Course {
  /** Undefined where the answer alone knows. */
  readonly correlationId?: string;
  readonly trail: Pick<CheckTrail, 'judged'>;
}
