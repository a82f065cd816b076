/**
 * A contract that is PDF/A-3a stays it: each rule that an appended revision can break is held, and
 * is seen to be broken where it is. `npm run conformance` asks veraPDF about the same files.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromLatin1, latin1 } from '#base/bytes';
import { faultCode } from '#base/fault';
import { openPdf, type PdfFile, readPdf } from '#formats/pdf';
import { archivalRules } from './archival-rules.ts';
import { type ArchivalStep, archivalSteps, setContract } from './archival-steps.ts';
import { SigningTable } from './signing-table.ts';

let steps: readonly ArchivalStep[];
let before: PdfFile;
let last: string;
beforeAll(async () => {
  steps = await archivalSteps();
  const [set] = steps;
  before = await openPdf(set?.bytes ?? new Uint8Array(), nodeEngine);
  last = latin1(steps.at(-1)?.bytes ?? new Uint8Array());
});

/** The names of the rules that a file offends against. */
async function broken(bytes: Uint8Array): Promise<readonly string[]> {
  const after = await readPdf(bytes, nodeEngine);
  return Object.entries(archivalRules).flatMap(([name, rule]) => {
    const said = rule({ before, after });
    return said.length === 0 ? [] : [name.split(' ')[0] ?? ''];
  });
}

test('prepared, certified, filled, sealed, straddled, raised, renewed: no rule is broken', async () => {
  const appended = steps.slice(1);
  const said = await Promise.all(
    appended.map(async ({ name, bytes }) => [name, await broken(bytes)]),
  );
  const names = ['prepared', 'certified', 'filled', 'sealed-by-words', 'straddled', 'unseen'];
  expect(said).toEqual([...names, 'raised', 'renewed'].map((name) => [name, []]));
});

/** The last place of the one becomes the other, as long as it was, so that every offset holds. */
const breaks: Readonly<Record<string, readonly [RegExp, string]>> = {
  '6.1.2': [/%PDF-1\.7/g, '%PDF-1.6'],
  '6.1.3': [/\/ID \[\(/g, '/IX [('],
  '6.1.8': [/\nendobj\n/g, ' endobj\n'],
  '6.1.12': [/\/Perms << \/DocMDP/g, '/Perms << /UR3   '],
  '6.2.2': [/\/OutputIntents \d/g, '/OutputIntents 9'],
  '6.2.4.3': [/\/DefaultRGB/g, '/DefaultXYZ'],
  '6.2.10': [/\/BBox \[0 0 1 1\] \/Resources/g, '/BBox [0 0 1 1] /Group    '],
  '6.2.11': [/ rg 0/g, ' gs 0'],
  '6.3.2': [/\/F 132 \/AP/g, '/F 134 /AP'],
  '6.3.3': [/\/AP << \/N/g, '/AP << /D'],
  '6.4.1': [/\/TU \(Document/g, '/AA (Document'],
  '6.4.3': [/\/ByteRange \[0/g, '/ByteRange [1'],
  '6.5.1': [/\/Perms << \/DocMDP/g, '/AA    << /DocMDP'],
  '6.6.2': [/\/Metadata \d/g, '/Metadata 9'],
  '6.7.2': [/\/Lang \(zh-CN\)/g, '/Lang (en-CN)'],
  '6.7.3': [/\/StructParent \d >>/g, '/StructParent 0 >>'],
  '6.7.5': [/\/Alt \(/g, '/Alx ('],
  '6.8': [/\/AF \[\d/g, '/AF [9'],
  a: [/\/StructParents \d/g, '/StructParents 9'],
};

describe('each rule by itself is seen to be broken', () => {
  test('there is one for every rule', () => {
    const names = Object.keys(archivalRules).map((name) => name.split(' ')[0]);
    expect(Object.keys(breaks)).toEqual(names);
  });

  test.each(Object.entries(breaks))('%s', async (rule, [is, becomes]) => {
    const [found = '', at] =
      [...last.matchAll(is)].map((one) => [one[0], one.index] as const).at(-1) ?? [];
    expect(found).toHaveLength(becomes.length);
    const changed = last.slice(0, at) + becomes + last.slice((at ?? 0) + found.length);
    expect(await broken(fromLatin1(changed))).toContain(rule);
  });
});

test('the identifiers of GB/T 35275 are refused where a file says that it is PDF/A', async () => {
  const table = await SigningTable.open();
  const bank = await table.person('sm2-sm3');
  const place = { is: 'new', field: 'gm', page: 1, rect: [0, 0, 0, 0] } as const;
  const signing = table.signAt(await setContract(table), bank, { place, isGm: true });
  expect(await signing.then(() => 'signed', faultCode)).toBe('signing.gm_not_archival');
});
