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
import type { Recorded } from './entries.ts';
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
  await judgeCompleteness(
    files,
    { documents: [], papers: [], recorded },
    { engine: nodeEngine, findings },
  );
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

describe('a chain that is told otherwise than it is', () => {
  const explained = line('deed');
  const wanted = canonicalBytes({ v: 1, entries: [explained], documents: [] });

  /** What is said of a closed chain in which an entry explains why its one slot is empty. */
  async function closedFlaws(told: 'explained' | 'not_reached'): Promise<string[]> {
    const own = new SampleCase(house, 'CAECAwQFBgcICQoLDA0ODw');
    await own.record({ type: 'deposit.opened', of: [named('required-evidence', wanted)] });
    const bytes = canonicalBytes(explained);
    const last = await own.record({ type: 'slot.absent', of: [named('slot/deed', bytes)] });
    const row = { slot: 'deed', title: 'deed', line: explained, filled: [], absent: told };
    const digest = toBase64(await nodeEngine.digest('sha256', wanted));
    const slots = canonicalBytes({ v: 1, list: digest, slots: [row] });
    await own.record({ type: 'case.closed', refs: { head: last }, of: [named('slots', slots)] });
    return flawsOf(await own.recorded(), { list: wanted, slots });
  }

  test('tells no slot of a closed case as not reached', async () => {
    expect(await closedFlaws('explained')).toEqual([]);
    expect(await closedFlaws('not_reached')).toEqual(['slots_differ slots.json']);
  });

  test('brings a slot under its own word', async () => {
    const own = new SampleCase(house, 'CAECAwQFBgcICQoLDA0ODw');
    await own.record({ type: 'deposit.opened', of: [named('required-evidence', list)] });
    const of = [named('slot/another', canonicalBytes(deed))];
    const last = await own.record({ type: 'slot.added', of });
    const row = { slot: 'deed', title: 'deed', line: deed, filled: [], absent: 'not_reached' };
    const digest = toBase64(await nodeEngine.digest('sha256', list));
    const slots = canonicalBytes({ v: 1, list: digest, slots: [row] });
    await own.record({ type: 'case.sealed', refs: { head: last }, of: [named('slots', slots)] });
    const said = await flawsOf(await own.recorded(), { list, slots });
    expect(said).toContain('slots_differ slots.json');
  });

  test('of a newer program is open where only a newer entry could say it', async () => {
    const own = new SampleCase(house, 'CAECAwQFBgcICQoLDA0ODw');
    const split = canonicalBytes({ v: 1, entries: [{ type: 'loan.split' }], documents: [] });
    await own.record({ type: 'deposit.opened', of: [named('required-evidence', split)] });
    await own.seal();
    const open = ['entry_version_unknown required-evidence.json'];
    expect(await flawsOf(await own.recorded(), { list: split, newer: true })).toEqual(open);
    const alone = await flawsOf(await own.recorded(), { list: split });
    expect(alone).toEqual(['required_list_malformed required-evidence.json']);
    // Entry 0 was not read: nobody knows whether this is a deposit.
    const [, ...others] = await own.recorded();
    const said = await flawsOf(others, { list, newer: true });
    expect(new Set(said.map((one) => one.split(' ')[0]))).toEqual(
      new Set(['entry_version_unknown']),
    );
  });
});

function named(name: string, bytes: Uint8Array) {
  return { name, bytes };
}

async function flawsOf(
  recorded: readonly Recorded[],
  held: { readonly list: Uint8Array; readonly slots?: Uint8Array; readonly newer?: boolean },
): Promise<string[]> {
  const slots = held.slots === undefined ? [] : [named('slots.json', held.slots)];
  const files = new PackageFiles([named('required-evidence.json', held.list), ...slots]);
  const findings = new Findings();
  await judgeCompleteness(
    files,
    { documents: [], papers: [], recorded },
    { engine: nodeEngine, findings },
  );
  if (held.newer === true) findings.openUnstated();
  return findings.flaws.map(({ code, part }) => `${code} ${part}`);
}
