/**
 * The specs from which strangers write verifiers: every example in them is made anew here and must
 * be the same to the byte, and what stands in them must be judged as they say.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { judgeLogProof, parsePolicy, parseVkey, quorumHolds } from '#formats/tlog';
import { judgeMisbehaviour, parseMisbehaviour } from './misbehaviour.ts';
import { isPromiseOf } from './promise.ts';
import { followRegisters } from './register.ts';
import { specExamples } from './spec-examples.fixture.ts';

const pages = ['log', 'witness'].map((name) => readFileSync(`docs/specs/${name}.md`, 'utf8'));
const marked = /<!-- example: ([a-z -]+) -->\n```\n([\s\S]*?)```\n/g;

const printed = pages.flatMap((page) => [...page.matchAll(marked)]);
const shown = new Map(printed.map(([, name = '', text = '']) => [name, text]));
const example = (name: string): string => shown.get(name) ?? '';

test('every example stands in the specs as it is made, byte by byte', async () => {
  const made = await specExamples();
  expect([...shown.keys()].toSorted()).toEqual([...made.keys()].toSorted());
  for (const [name, text] of made) expect(example(name), name).toBe(text);
});

test('what the specs print is judged as they say', async () => {
  const log = await parseVkey(example('log vkey').trim(), nodeEngine);
  const court = await parseVkey(example('witness vkey').trim(), nodeEngine);
  const keys = { log, witnesses: [court] };
  const claim = { text: example('proof'), entry: utf8('entry 1') };
  const judged = await judgeLogProof(claim, keys, nodeEngine);
  expect([judged.flaw, judged.signedByLog, judged.index]).toEqual([undefined, true, 1]);
  expect(judged.cosigners).toEqual([{ name: 'court.example', atSeconds: 1_790_000_000 }]);
  const policy = await parsePolicy(example('policy'), nodeEngine);
  expect(quorumHolds(policy, judged.cosigners)).toBe(false);
  expect(quorumHolds(policy, [...judged.cosigners, { name: 'notary.example' }])).toBe(true);
  expect(await isPromiseOf(example('promise'), log, nodeEngine)).toBe(true);
  for (const kind of ['fork', 'overrun']) {
    const accusation = parseMisbehaviour(utf8(example(kind).trimEnd()));
    const found = await judgeMisbehaviour(accusation, { logs: [log], witnesses: [] }, nodeEngine);
    expect(found).toMatchObject({ is: 'proved', kind, log });
  }
  const logged = [{ note: example('register'), loggedAtSeconds: 1_790_000_000 }];
  const [register] = await followRegisters(logged, nodeEngine);
  // Two witnesses of whom both must sign share two: one may lie.
  expect(register).toMatchObject({ votedBy: ['bank.example'], flaws: [] });
});
