/**
 * Twelve people hold their phones over one prepared contract and press in the same second: real
 * intents, tickets, revisions, evidence and stamps; only the tables are maps, one unit at a time.
 */
import { expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { concat, toBase64, toHex, utf8 } from '#base/bytes';
import { canonical } from '#base/canonical';
import { formatInstant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import { seededRandom } from '#base/random';
import type { Unit } from '#base/unit';
import {
  type CodeOrder,
  type EventCertificate,
  type Intent,
  IntentDesk,
  type IntentStore,
} from '#business/contract';
import { attest, parseEntry } from '#formats/entry';
import { type FacePlace, openPdf, printSlots, readSignatures } from '#formats/pdf';
import { parseToken } from '#formats/tsp';
import { writePem } from '#formats/x509';
import { Evidence } from '#trust/evidence';
import { checkBeforeSigning, RevisionShelf, Sealer } from '#trust/signing';
import { verify } from '#trust/verify';
import {
  bank,
  caseId,
  FactBook,
  MemoryStores,
  OneAtATime,
} from '../../src/trust/signing/ceremony.fixture.ts';
import { MemoryDocuments, MemoryEntries } from '../journeys/memory-stores.ts';
import { type Holder, onePage, SigningTable } from './signing-table.ts';

const phones = 12;
const document = 'contract-1';
const code = '000000';

class MemoryIntents implements IntentStore {
  readonly #intents = new Map<string, Intent>();
  readonly #certificates = new Map<string, EventCertificate>();

  async add(_: Unit, intent: Intent): Promise<void> {
    this.#intents.set(intent.id, intent);
  }

  async lock(_: Unit, id: string): Promise<Intent | undefined> {
    return this.#intents.get(id);
  }

  async confirm(_: Unit, intent: Intent): Promise<void> {
    this.#intents.set(intent.id, intent);
  }

  async newest(): Promise<undefined> {
    return undefined;
  }

  async certify(_: Unit, certificate: EventCertificate): Promise<void> {
    this.#certificates.set(certificate.intent, certificate);
  }

  async certificate(_: Unit, { intent }: { intent: string }) {
    return this.#certificates.get(intent);
  }
}

function placeOf(party: number): FacePlace {
  const left = 20 + 45 * party;
  return { field: `party-${party + 1}`, page: 1, rect: [left, 20, left + 40, 50] };
}

/** One page that states a place for each of the twelve. */
function preparedContract(): Uint8Array {
  const places = Array.from({ length: phones }, (_, party) => placeOf(party));
  const data = canonical({ slots: printSlots(places) });
  return onePage('table', [
    '<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(data.json) 5 0 R] >> >> >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>',
    '<< /Length 16 >>\nstream\nBT ET % 5,000.00\nendstream',
    '<< /Type /Filespec /F (data.json) /UF (data.json) /EF << /F 6 0 R >> >>',
    `<< /Type /EmbeddedFile /Length ${data.length} >>\nstream\n${data}\nendstream`,
  ]);
}

async function openRoom() {
  const table = await SigningTable.open();
  const stores = new MemoryStores(new FactBook());
  const units = new OneAtATime(stores);
  const log = new MemoryEntries();
  const documents = new MemoryDocuments();
  const base = preparedContract();
  const { clock } = table;
  const parts = { units, engine: nodeEngine, clock, random: seededRandom(12) };
  const keep = async (_: unknown, __: unknown, ...pieces: Uint8Array[]) => concat(...pieces);
  const cipher = { seal: keep, open: keep };
  const evidence = new Evidence({
    ...parts,
    store: log,
    judge: async () => 'L0',
    keeper: cipher,
    signer: softSigner(generateSoftKey('ed25519')),
    actor: 'serve',
    environment: toBase64(new Uint8Array(32)),
  });
  const shelf = new RevisionShelf({ revisions: stores, cipher, engine: nodeEngine });
  const stamp = async (bytes: Uint8Array) => parseToken((await table.stamp(bytes)).der);
  const sealer = new Sealer({
    ...parts,
    tickets: stores,
    shelf,
    cipher,
    evidence,
    stamps: { stamp },
  });
  await units.run(bank, async (unit) => {
    await shelf.keep(unit, { document, subject: 'case' }, base);
    await documents.add(unit, await recordOf(base, table));
  });
  return { table, units, log, documents, evidence, shelf, sealer, base, parts };
}

async function recordOf(base: Uint8Array, { now }: SigningTable) {
  const sha256 = toHex(await nodeEngine.digest('sha256', base));
  const sm3 = toHex(await nodeEngine.digest('sm3', base));
  return {
    id: document,
    caseId,
    kind: 'loan-contract',
    title: '十二方合同',
    template: 'twelve',
    templateSha256: sha256,
    pages: 1,
    secondsMin: 0,
    base: { bytes: base.length, sha256, sm3 },
    slots: [],
    clauses: [],
    draftedAt: now,
    readAt: now,
  } as const;
}

/** The two parties outside: who sends codes and signs what came back, who certifies a key once. */
function outside(table: SigningTable, holders: ReadonlyMap<string, Holder>) {
  const codes: CodeOrder[] = [];
  const issued: string[] = [];
  const gateway = softSigner(generateSoftKey('ed25519'));
  return {
    codes,
    issued,
    gateway: {
      async sendCode(order: CodeOrder): Promise<void> {
        codes.push(order);
      },
      async confirm(intent: string, typed: string) {
        if (typed !== code) throw new Fault('test.code_wrong');
        const at = formatInstant(table.now);
        const said = { v: 1, kind: 'sms.intent', intent, phone: 'commitment', at };
        const shown = codes.find((order) => order.intent === intent);
        const named = { documents: shown?.documents ?? [], enrolment: 'commitment' };
        return attest({ ...said, ...named }, 'sms', gateway);
      },
    },
    issuer: {
      async issue({ name }: { name: string }) {
        const holder = holders.get(name);
        if (holder === undefined || issued.includes(name)) throw new Fault('ca.attestation_spent');
        issued.push(name);
        const receipt = await attest({ v: 1, kind: 'enrolment' }, 'ca', gateway);
        return { certificate: holder.certificate.der, receipt };
      },
    },
  };
}

/** The room, twelve people with a key each, and the parties outside. */
async function openLine() {
  const room = await openRoom();
  const holders = new Map<string, Holder>();
  for (let party = 0; party < phones; party += 1) {
    holders.set(placeOf(party).field, await room.table.person('ecdsa-sha256', 'event'));
  }
  const others = outside(room.table, holders);
  const intents = new IntentDesk({
    ...room.parts,
    ...room,
    ...others,
    intents: new MemoryIntents(),
  });
  return { ...room, holders, others, intents };
}

type Line = Awaited<ReturnType<typeof openLine>>;

/** Code, intent and certificate, before anybody presses. */
async function ready({ units, intents, base }: Line, field: string): Promise<string> {
  const subject = field;
  const shown = [{ id: document, sha256: toHex(await nodeEngine.digest('sha256', base)) }];
  const asked = { tenant: bank, caseId, shown, phone: '00000000001', salt: '', enrolment: '' };
  const { id } = await units.run(bank, await intents.ask(asked));
  const typed = { intent: id, code, build: 'build', subject };
  await units.run(bank, await intents.confirm(typed));
  const keys = { csr: base, enrolmentKey: base, proof: base };
  const holder = { name: field, nameSalt: '', identity: undefined };
  const wish = { tenant: bank, intent: id, keys, holder, subject };
  await units.run(bank, await intents.certify(wish));
  return id;
}

/** What the open page does by itself until her signature stands; answers how often it began. */
async function press(line: Line, party: number, intent: string): Promise<number> {
  const { field } = placeOf(party);
  for (let tries = 1; tries <= phones; tries += 1) {
    const { ticket, signature } = await signedTicket(line, party, intent);
    try {
      const redeemed = { tenant: bank, ticket, signature };
      await line.units.run(bank, await line.sealer.seal(redeemed));
      return tries;
    } catch (thrown) {
      if (faultCode(thrown) !== 'signing.ticket_stale') throw thrown;
    }
  }
  throw new Error(`${field} was never let in`);
}

async function signedTicket(
  { units, intents, sealer, holders, base }: Line,
  party: number,
  intent: string,
) {
  const place = placeOf(party);
  const { field } = place;
  const use = { intent, document, subject: field };
  const { certificate } = await units.run(bank, (unit) => intents.covering(unit, use));
  const commit = await sealer.prepare({
    tenant: bank,
    caseId,
    document,
    kind: 'loan-contract',
    face: {
      ...place,
      appearance: { width: 40, height: 30, content: '1 1 m 39 1 l S\n' },
      signerName: field,
    },
    certificate: certificate.der,
    refs: { intent: certificate.entry },
  });
  const { ticket, revision: prepared } = await units.run(bank, commit);
  const look = { base, prepared, ticket, certificate: certificate.der, ownField: field };
  // The last one in line is prepared anew most often, over everybody else's signatures.
  if (party === phones - 1) {
    expect(await checkBeforeSigning(look, nodeEngine)).toEqual({ is: 'valid' });
  }
  const signature = await holders.get(field)?.signer.sign(ticket.signedAttrs);
  if (signature === undefined) throw new Error('a phone without a key');
  return { ticket: ticket.id, signature };
}

test('S2-77 twelve phones press in the same second: twelve valid signatures, twelve intents, no second code', async () => {
  const line = await openLine();
  const { table, units, shelf, log, others } = line;
  const parties = [...line.holders.keys()];
  const confirmed = await Promise.all(parties.map((field) => ready(line, field)));
  table.pass(5);
  const tries = await Promise.all(confirmed.map((intent, party) => press(line, party, intent)));

  // Each round lets one in, so that nobody is beaten more often than there are others.
  expect(Math.max(...tries)).toBeLessThanOrEqual(phones);
  const { bytes, number } = await units.run(bank, (unit) => shelf.read(unit, document));
  expect(number).toBe(phones);
  const issuing = utf8(writePem('CERTIFICATE', table.issuing.certificate.der));
  const trust = new Map([...table.trust(), ['issuing.pem', issuing]]);
  const order = { name: 'twelve.pdf', bytes, trust, at: table.now } as const;
  const report = await verify({ ...order, profile: 'etsi' }, nodeEngine);
  expect(report).toMatchObject({ is: 'valid', flaws: [] });
  const fields = readSignatures(await openPdf(bytes, nodeEngine)).map(({ field }) => field);
  expect(fields.toSorted()).toEqual(parties.toSorted());

  const types = log.rows.map((row) => parseEntry(row.bytes).type);
  const count = (type: string): number => types.filter((one) => one === type).length;
  expect([count('intent.confirmed'), count('certificate.issued')]).toEqual([phones, phones]);
  expect([others.codes.length, others.issued.length]).toEqual([phones, phones]);
  expect(count('seal.done')).toBe(phones);
  // Every intention that lost its place says so: it is void, or it is done.
  expect(count('seal.intended')).toBe(count('seal.done') + count('attempt.void'));
}, 60_000);
