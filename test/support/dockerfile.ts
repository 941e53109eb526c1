import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './built-command.ts';

export interface Instruction {
  /** In capitals. */
  readonly name: string;
  readonly text: string;
}

/** The stages of our Dockerfile, each from its FROM on; the last is the image. */
export function dockerfileStages(): readonly (readonly Instruction[])[] {
  const text = readFileSync(join(repository, 'deploy', 'Dockerfile'), 'utf8').replaceAll(/^\s*#.*\n/gm, '');
  const stages: Instruction[][] = [];
  for (const line of text.replaceAll(/\\\n\s*/g, ' ').split('\n')) {
    const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === 'FROM') stages.push([]);
    if (name !== '') stages.at(-1)?.push({ name, text: rest });
  }
  return stages;
}

export const imageInstructions = (): readonly Instruction[] => dockerfileStages().at(-1) ?? [];

export function textOf(instructions: readonly Instruction[], name: string): string {
  const found = instructions.filter((one) => one.name === name);
  if (found.length !== 1) throw new Error(`${name} is there ${found.length} times`);
  return found[0]?.text ?? '';
}

/** Words of an instruction in its exec form, which no shell stands before. */
export const wordsOf = (instructions: readonly Instruction[], name: string): readonly string[] =>
  JSON.parse(textOf(instructions, name).replace(/^.*?CMD\s+(?=\[)/, ''));

export const imageEnvironment = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    textOf(imageInstructions(), 'ENV')
      .split(/\s+/)
      .map((pair) => pair.split('=', 2) as [string, string]),
  );
