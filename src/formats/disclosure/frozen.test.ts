/**
 * The example of docs/specs/disclosure.md, from which other programs are written.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromBase64Url, fromUtf8 } from '#base/bytes';
import { disclose, parseDisclosure } from './index.ts';

const page = readFileSync(new URL('../../../docs/specs/disclosure.md', import.meta.url), 'utf8');

function stated(name: string): string {
  return new RegExp(`^${name} +(.+)$`, 'm').exec(page)?.[1] ?? '';
}

test('the frozen example of the specification is what this program makes and reads', async () => {
  const salt = fromBase64Url(stated('salt'));
  const value = JSON.parse(stated('value')) as string;
  const made = await disclose({ salt, name: stated('name'), value }, nodeEngine);
  expect(fromUtf8(fromBase64Url(made.encoded))).toBe(stated('json'));
  expect(made).toMatchObject({
    encoded: stated('encoded'),
    sha256: stated('sha256'),
    sm3: stated('sm3'),
  });
  expect(await parseDisclosure(stated('encoded'), nodeEngine)).toEqual(made);
});
