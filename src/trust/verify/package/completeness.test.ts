/**
 * The slots of a chain that a house seals anew with everybody's keys: only the entries `slot.added`
 * say which lines stand behind the list.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { toBase64 } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { parseInstant } from '#base/clock';
import { entryHash, fillSlots, parseEntry, printSlots, readAddedSlot } from '#formats/entry';
import { type SampleHouse, sampleHouse } from '../own/sample-trust.fixture.ts';
import { Findings } from '../report/findings.ts';
import { judgeCompleteness } from './completeness.ts';
import { PackageFiles } from './container.ts';
import { SampleCase } from './sample-log.fixture.ts';

const list = canonicalBytes({ v: 1, entries: [], documents: [] });
const line = (slot: string): Json => ({ slot, type: 'deposit.file', min: 1, title: slot });
const deed = line('deed');
const photo = line('photo');

let house: SampleHouse;
beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-22T10:00:00.000+08:00'),
  });
});

/** A sealed chain whose entries bring some lines and whose `slots.json` tells some. */
async function slotFlaws(brought: readonly Json[], told: readonly Json[]): Promise<string[]> {
  const own = new SampleCase(house, 'CAECAwQFBgcICQoLDA0ODw');
  await own.record({ type: 'deposit.opened', of: [{ name: 'required-evidence', bytes: list }] });
  for (const one of brought) {
    const name = `slot/${readAddedSlot(one).slot}`;
    await own.record({ type: 'slot.added', of: [{ name, bytes: canonicalBytes(one) }] });
  }
  const entries = own.entries.map((bytes) => parseEntry(bytes));
  const held = { entries, documents: [], isRefused: false };
  const states = await fillSlots(told.map(readAddedSlot), held, nodeEngine);
  const slots = printSlots(toBase64(await nodeEngine.digest('sha256', list)), states);
  const head = await entryHash(own.entries.at(-1) ?? new Uint8Array(), nodeEngine);
  await own.record({ type: 'case.sealed', refs: { head }, of: [{ name: 'slots', bytes: slots }] });
  const recorded = await own.recorded();
  const files = new PackageFiles([
    { name: 'required-evidence.json', bytes: list },
    { name: 'slots.json', bytes: slots },
  ]);
  const findings = new Findings();
  await judgeCompleteness(files, { documents: [], recorded }, { engine: nodeEngine, findings });
  return findings.flaws.filter(({ code }) => code === 'slots_differ').map(({ detail }) => detail);
}

describe('the slots behind the list', () => {
  test('are those that entries brought, in the order of the entries', async () => {
    expect(await slotFlaws([], [])).toEqual([]);
    expect(await slotFlaws([deed, photo], [deed, photo])).toEqual([]);
  });

  const alien = 'a slot that does not stand in its place';
  const unbrought = 'deed was brought by no entry';
  test.each([
    { is: 'one that is left out', brought: [deed], told: [], detail: alien },
    { is: 'one that no entry brought', brought: [], told: [deed], detail: unbrought },
    { is: 'one that stands there twice', brought: [deed], told: [deed, deed], detail: unbrought },
    { is: 'others in their place', brought: [deed], told: [photo], detail: alien },
    { is: 'another order', brought: [deed, photo], told: [photo, deed], detail: alien },
  ])('differ by $is', async ({ brought, told, detail }) => {
    expect((await slotFlaws(brought, told)).join()).toContain(detail);
  });
});
