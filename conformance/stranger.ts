/**
 * The second verifier, written in Python from docs/specs/ alone: it accepts what left the house and
 * refuses every mutant, naming the part, with the verdict of `fubie verify`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { fromBase64, toBase64 } from '#base/bytes';
import { judgedBy } from '#doors/cli';
import { bringPyHanko, isMissing } from './brought-judges.ts';
import type { Row } from './judges.ts';
import type { Sound } from './stranger-cases.ts';
import { makeMutants } from './stranger-mutants.ts';
import { ask } from './tools-of-others.ts';

const judge = 'stranger (Python)';
const golden = join(import.meta.dirname, '../test/golden');
const python = join(import.meta.dirname, 'python');
const pages = resolve(import.meta.dirname, '../docs/specs');
const mutantsMin = 60;

/** What the second verifier says of one file. */
interface Answer {
  readonly file: string;
  readonly is: string;
  readonly flaws: readonly { readonly code: string; readonly part: string }[];
}

/** `folder` is what `fubie demo --out` wrote; where files may be written, `scratch`. */
export async function judgeByStranger(about: {
  readonly folder: string;
  readonly scratch: string;
}): Promise<Row[]> {
  const brought = bringPyHanko();
  if (isMissing(brought)) {
    return [{ judge, about: 'everything', verdict: 'skipped', detail: brought.missing }];
  }
  const program = (words: readonly string[]): ReturnType<typeof ask> =>
    ask(brought.python, ['-B', '-m', 'fubie_stranger', ...words], python);
  const examples = program(['--examples', pages]);
  const sound = readdirSync(golden).filter((name) => existsSync(join(golden, name, 'trust.json')));
  const rows = sound.map((name) => {
    const trust = join(golden, name, 'trust.json');
    const file = join(golden, name, 'package.zip');
    return accepts(name, program(['--json', '--trust', trust, file]));
  });
  const demo = resolve(about.folder);
  const made = ['package.zip', 'refused.zip'].filter((name) => existsSync(join(demo, name)));
  const own = made.map((name) => {
    const words = ['--json', '--trust', join(demo, 'trust'), join(demo, name)];
    return accepts(name, program(words));
  });
  return [
    row('examples of the pages', examples.code === 0, examples.text),
    ...rows,
    ...own,
    ...(await judgesMutants(about.scratch, program)),
  ];
}

function accepts(about: string, { code, text }: ReturnType<typeof ask>): Row {
  return row(about, code === 0, code === 0 ? 'valid' : text);
}

/**
 * Each mutant is refused by both with one verdict, and both name a part of what was done; the sound
 * package with all papers of its log is accepted by both.
 */
async function judgesMutants(
  scratch: string,
  program: (words: readonly string[]) => ReturnType<typeof ask>,
): Promise<Row[]> {
  const left = { deposit: soundIn('deposit-1'), loan: soundIn('loan-2') };
  const { sound, mutants } = await makeMutants(left);
  const heard = strangersAnswers([...sound, ...mutants], join(scratch, 'mutants'), program);
  const answers = heard.slice(sound.length);
  const disputed: string[] = [];
  for (const [at, { name, bytes, trust, part }] of mutants.entries()) {
    const command = { file: 'package.zip', bytes, trust, json: true };
    const ours = await judgedBy(command, nodeEngine);
    const theirs = answers[at];
    const isNamed = (flaws: Answer['flaws']): boolean => flaws.some((one) => part.test(one.part));
    const agree = theirs?.is === ours.is && ours.is !== 'valid';
    if (agree && isNamed(theirs.flaws) && isNamed(ours.flaws)) continue;
    const [we, they] = [told(ours), told(theirs)];
    disputed.push(`${name}: we say ${we}, they ${they}`);
  }
  const detail = `${mutants.length - disputed.length} of ${mutants.length} refused as ours does`;
  const isGood = disputed.length === 0 && mutants.length >= mutantsMin;
  return [
    ...sound.map(({ name }, at) => row(name, heard[at]?.is === 'valid', told(heard[at]))),
    row('mutants', isGood, isGood ? detail : [detail, ...disputed].join('\n')),
  ];
}

function told(answer: Pick<Answer, 'is' | 'flaws'> | undefined): string {
  if (answer === undefined) return 'nothing';
  const flaws = answer.flaws.map(({ code, part }) => `${code} ${part}`).join(', ');
  return flaws === '' ? answer.is : `${answer.is} (${flaws})`;
}

/** One run of the program for each trust folder, as most mutants have the same. */
function strangersAnswers(
  mutants: readonly Sound[],
  folder: string,
  program: (words: readonly string[]) => ReturnType<typeof ask>,
): readonly (Answer | undefined)[] {
  mkdirSync(folder, { recursive: true });
  const path = (at: number): string => join(folder, `${at}.zip`);
  for (const [at, { bytes }] of mutants.entries()) writeFileSync(path(at), bytes);
  const heard = new Map<string, Answer>();
  for (const [group, trust] of [...new Set(mutants.map((one) => one.trust))].entries()) {
    const place = join(folder, `trust-${group}.json`);
    const files = [...trust].map(([name, bytes]) => [name, toBase64(bytes)] as const);
    writeFileSync(place, JSON.stringify(Object.fromEntries(files)));
    const own = [...mutants.keys()].filter((at) => mutants[at]?.trust === trust).map(path);
    const { text } = program(['--json', '--trust', place, ...own]);
    for (const line of text.split('\n').filter((one) => one.startsWith('{'))) {
      const answer: Answer = JSON.parse(line);
      heard.set(answer.file, answer);
    }
  }
  return [...mutants.keys()].map((at) => heard.get(path(at)));
}

function soundIn(name: string): Sound {
  const text = readFileSync(join(golden, name, 'trust.json'), 'utf8');
  const files: Readonly<Record<string, string>> = JSON.parse(text);
  const trust = new Map(Object.entries(files).map(([path, file]) => [path, fromBase64(file)]));
  return { bytes: new Uint8Array(readFileSync(join(golden, name, 'package.zip'))), trust };
}

function row(about: string, isGood: boolean, detail: string): Row {
  const last = detail.trim().split('\n').at(-1) ?? '';
  const verdict = isGood ? 'accepted' : 'refused';
  return { judge, about, verdict, detail: isGood ? last : detail.trim().replaceAll('\n', ' / ') };
}
