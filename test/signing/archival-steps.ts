/**
 * One of the house's own contracts, PDF/A-3a as typst sets it, and after everything that the house
 * can append to it: what a judge of PDF/A is handed.
 */
import { nodeEngine } from '#adapters/engine';
import { loadFonts, outlinesOf, sampleInputs, Typesetter } from '#adapters/typesetting';
import { canonicalBytes } from '#base/canonical';
import {
  type Appearance,
  drawSeal,
  openPdf,
  parseStrokes,
  readSlots,
  sealOfKind,
  signerLines,
  signerStrokes,
} from '#formats/pdf';
import { prepareFields } from '#trust/signing';
import { loadCatalog } from '../../src/main/rooms/house-catalog.ts';
import { SigningTable } from './signing-table.ts';

/** A revision of the contract, by what was done last. */
export interface ArchivalStep {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const years = 2;
const yearSeconds = 365 * 86_400;
const kept = loadFonts();
const outlines = outlinesOf(kept);
const drawing = {
  height: 300,
  strokes: [[100, 80, 0, 180, 220, 40, 330, 90, 90]],
  v: 1,
  width: 600,
};
const strokes = parseStrokes(canonicalBytes(drawing));

/** A name and a time, beside what was drawn on the pad. */
const penned = (size: { width: number; height: number }): Appearance =>
  signerStrokes({ ...size, lines: ['王样例', '2026-11-21 10:00'], outlines, drawn: strokes });
const lines = (size: { width: number; height: number }): Appearance =>
  signerLines({ ...size, lines: ['示例县农村信用合作联社'], outlines });

/** The contract as it is set, before anybody signs. */
export async function setContract(table: SigningTable): Promise<Uint8Array> {
  const catalog = await loadCatalog({ engine: nodeEngine, clock: table.clock });
  const press = new Typesetter({ templates: catalog, fonts: kept });
  const inputs = sampleInputs(catalog);
  return (await press.print({ kind: 'loan-contract', inputs, at: table.now })).pdf;
}

/** From the contract as it is set to the one that was renewed; each step stands on the last. */
export async function archivalSteps(): Promise<readonly ArchivalStep[]> {
  const table = await SigningTable.open();
  const steps: ArchivalStep[] = [];
  let bytes = await setContract(table);
  const step = async (name: string, made: (before: Uint8Array) => Promise<Uint8Array>) => {
    bytes = await made(bytes);
    steps.push({ name, bytes });
    table.pass(1);
  };
  const seal = drawSeal(sealOfKind('contract', { name: '示例县农村信用合作联社' }), outlines);
  const person = await table.person('ecdsa-sha256');
  const bank = await table.person('sm2-sm3');
  await step('set', (before) => Promise.resolve(before));
  const [slot] = await readSlots(await openPdf(bytes, nodeEngine), nodeEngine);
  if (slot === undefined) throw new TypeError('the contract has places');
  const empty = { field: 'witness', page: 1, rect: [20, 20, 120, 60] } as const;
  await step('prepared', (before) =>
    prepareFields(
      before,
      [{ ...empty, lock: { action: 'Include', fields: ['witness'] } }],
      nodeEngine,
    ),
  );
  await step('certified', (before) =>
    table.signAt(before, person, {
      place: { is: 'new', ...slot },
      face: penned,
      restrictions: { certify: 3 },
    }),
  );
  await step('filled', (before) =>
    table.signAt(before, person, { place: { is: 'field', field: 'witness' }, face: lines }),
  );
  const find = { text: '争议解决' };
  const { width, height } = seal;
  await step('sealed-by-words', (before) =>
    table.signAt(before, bank, {
      place: { is: 'text', field: 'seal', find, width, height },
      face: () => seal,
    }),
  );
  await step('straddled', (before) =>
    table.signAt(before, bank, { place: { is: 'straddle', field: 'edges', seal } }),
  );
  await step('unseen', (before) => table.sign(before, person, 'unseen'));
  await step('raised', (before) => table.raise(before));
  table.pass(years * yearSeconds);
  await table.renewClock();
  await step('renewed', (before) => table.raise(before));
  return steps;
}
