/**
 * Packages that left the house once must verify for ever: by this verifier and every later one.
 *
 * A golden package is never made anew. When this test fails, the verifier is wrong and not the
 * package; a new form of package gets a folder of its own beside the old ones.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { pageEngine } from '#adapters/page-engine';
import { fromBase64, toHex } from '#base/bytes';
import { parseInstant } from '#base/clock';
import { openZip } from '#formats/bundle';
import { parseEntry } from '#formats/entry';
import { verify } from '#trust/verify';

const folder = import.meta.dirname;
/** SHA-256 of the files as they left the house. */
const packages: Readonly<Record<string, string>> = {
  'deposit-1': '2bd2812f505eb91863668f4144de89bce123aa2c7683d67daad8d87631d9a748',
  // Two records under one signature of their source: version 4 of the entry format.
  'deposit-2': '82fb1aab1f70fe697153feecc7e18fc0b6eb7bc57f3f35ba7433295a2cc2fb73',
  'loan-1': '9e31aff38bbb383ded031ab519a0fcffaffc55e81ffe27d00e0041b0b070fcaa',
  // Of form 2: its log crossed the border of 2027h1, with a twin on both sides.
  'border-1': '9a0f8ad63ec1d08039f71845f2ccbbbee6dfeba5a9d75fc38a53d4ad850dea06',
  // The first one with the twin, stamped heads, an anchor and a register.
  'loan-2': 'a22ac66ae9f89ddb331cdc6be577456f0cfc9f4b9bc276ec77ae75ae22483874',
};
/** A judge's computer, long after. */
const at = parseInstant('2046-01-01T00:00:00.000+08:00');

/** Base64 by path, so that no formatter can touch a byte of it. */
function trustOf(name: string): ReadonlyMap<string, Uint8Array> {
  const text = readFileSync(join(folder, name, 'trust.json'), 'utf8');
  const files = JSON.parse(text) as Readonly<Record<string, string>>;
  return new Map(Object.entries(files).map(([path, bytes]) => [path, fromBase64(bytes)]));
}

describe.each(Object.entries(packages))('the package %s', (name, sha256) => {
  const bytes = new Uint8Array(readFileSync(join(folder, name, 'package.zip')));

  test('is the very file that left the house', async () => {
    expect(toHex(await nodeEngine.digest('sha256', bytes))).toBe(sha256);
  });

  test('is valid, today and in 2046', async () => {
    const trust = trustOf(name);
    for (const more of [{}, { at }]) {
      const report = await verify({ name: 'package.zip', bytes, trust, ...more }, nodeEngine);
      expect(report.flaws).toEqual([]);
      expect(report).toMatchObject({ is: 'valid', evidence: { complete: true, level: 'L2' } });
    }
  });

  test('its entries are of versions that this program still reads', () => {
    const entries = openZip(bytes).files.filter((file) => file.name.startsWith('entries/'));
    for (const entry of entries) expect(parseEntry(entry.bytes).sig).toBeTruthy();
  });
});

test('the contract of loan-2 shows her intent by itself, under the arc of before', async () => {
  const name = 'loan-2';
  const files = openZip(new Uint8Array(readFileSync(join(folder, name, 'package.zip')))).files;
  const contract = files.find((file) => file.name.endsWith('-contract.pdf'));
  const bytes = contract?.bytes ?? new Uint8Array();
  const report = await verify({ name: 'contract.pdf', bytes, trust: trustOf(name) }, nodeEngine);
  expect([report.is, report.flaws]).toEqual(['valid', []]);
});

const slowMsMax = 60_000;

test(
  'loan-2 holds every level today, in a page too; in 2046 its stamp has lapsed',
  async () => {
    const bytes = new Uint8Array(readFileSync(join(folder, 'loan-2', 'package.zip')));
    const order = { name: 'package.zip', bytes, trust: trustOf('loan-2') };
    const today = await verify(order, nodeEngine);
    expect(today.evidence).toMatchObject({
      held: ['L0', 'L1', 'L2', 'L3', 'L4'],
      stampedAt: '2026-11-22T21:02:38.278+08:00',
    });
    const told = ['twin_holds', 'head_stamped', 'anchored', 'register_in_force'];
    expect(today.notices.map(({ code }) => code)).toEqual(expect.arrayContaining(told));
    const later = await verify({ ...order, at }, nodeEngine);
    expect(later.evidence?.held).toEqual(['L0', 'L1', 'L2', 'L3']);
    expect(await verify(order, pageEngine)).toEqual(today);
    expect(later.notices.map(({ code }) => code)).toContain('head_stamp_lapsed');
  },
  slowMsMax,
);
