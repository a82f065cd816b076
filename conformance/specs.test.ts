/**
 * The pages from which strangers write verifiers: every example is made anew and must be the same
 * to the byte, and the table of codes must be the verifier's own.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { entryTypes, entryVersionMax, parseEntry, signatureFlaw, versionOf } from '#formats/entry';
import { anchorNameOf, parseAnchorFile, provedAnchor } from '#formats/evm';
import { parseVkey } from '#formats/tlog';
import { judgeTwin, parseTwinVkey } from '#formats/twin';
import { isPreservationNumber } from '#trust/evidence';
import { flawRules } from '#trust/verify';
import { pageExamples } from './spec-examples.ts';

const page = (name: string): string => readFileSync(`docs/specs/${name}.md`, 'utf8');
const pages = ['entry', 'package', 'twin', 'anchor', 'access-journal'].map(page).join('\n');
const marked = /<!-- example: ([a-z0-9 -]+) -->\n```\n([\s\S]*?)```\n/g;
const shown = new Map([...pages.matchAll(marked)].map(([, name = '', text = '']) => [name, text]));
const example = (name: string): string => (shown.get(name) ?? '').trimEnd();
/** SM2 takes chance: frozen once, judged below. */
const frozen = ['twin vkey', 'twin checkpoint'];
/** Made beside their room, by `src/formats/shard/specs.test.ts`. */
const elsewhere = ['closing leaf', 'opening leaf'];

test('every example of entry, package, twin, anchor and the access journal stands there as it is made', async () => {
  const made = await pageExamples();
  expect([...shown.keys()].toSorted()).toEqual(
    [...made.keys(), ...frozen, ...elsewhere].toSorted(),
  );
  for (const [name, text] of made) expect(shown.get(name), name).toBe(text);
});

test('what they print is judged as they say', async () => {
  const actor = await parseVkey(example('actor vkey'), nodeEngine);
  const entry = parseEntry(utf8(example('entry')));
  expect(await signatureFlaw(entry, () => actor.publicKey, nodeEngine)).toBe(undefined);
  const twin = await parseTwinVkey(example('twin vkey'), nodeEngine);
  const judged = await judgeTwin(shown.get('twin checkpoint') ?? '', twin, nodeEngine);
  expect(judged).toMatchObject({ signedByLog: true, checkpoint: { size: 3 } });
  expect(judged.checkpoint.note.text).toBe(shown.get('twin text'));
  expect(isPreservationNumber(example('preservation number'))).toBe(true);
  const { proof } = parseAnchorFile(utf8(example('anchor')));
  const root = await nodeEngine.digest('sha256', utf8('root'));
  const head = { log: anchorNameOf('log.example/specs'), size: 3n, root };
  expect(provedAnchor(proof, head)).toMatchObject({ number: 7n });
});

test('the list of types is that of the program, version by version', () => {
  const [, first = '', second = '', third = ''] =
    /\nTypes: ([\s\S]*?)Version 2 adds: ([\s\S]*?)Version 3 adds: ([\s\S]*?)The lists/.exec(
      page('entry'),
    ) ?? [];
  for (const [at, text] of [first, second, third].entries()) {
    const told = [...text.matchAll(/`([^`]+)`/g)].flatMap(([, list = '']) => list.split(/\s+/));
    const own = entryTypes.filter((type) => versionOf({ type }) === at + 1);
    expect(told.toSorted(), `version ${at + 1}`).toEqual(own.toSorted());
  }
  expect(page('entry')).toContain(
    `A \`v\` above ${entryVersionMax} was written by a newer program.`,
  );
});

test('the table of codes is that of the verifier, in its order', () => {
  const lines = page('verification').matchAll(
    /^\| `([a-z_0-9]+)` \| (invalid|indeterminate) \| /gm,
  );
  const told = [...lines].map(([, code, is]) => `${code} ${is}`);
  expect(told).toEqual(Object.entries(flawRules).map(([code, { is }]) => `${code} ${is}`));
});
