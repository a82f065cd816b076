/** The shelf keeps its documents provable: raised once, whatever breaks, and renewed in time. */
import { expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { addSeconds, formatInstant, type Instant, parseInstant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import { LongTermDesk } from '#business/contract';
import { Again, type Job, type JobStore, Jobs } from '#business/integration';
import { openPdf, readSignatures } from '#formats/pdf';
import { LongTermShelf, RevisionShelf } from '#trust/signing';
import { bank, caseId, FactBook, MemoryStores } from '../../src/trust/signing/ceremony.fixture.ts';
import { onePage, SigningTable } from './signing-table.ts';

const document = 'contract-1';
const daySeconds = 86_400;

/** One job in memory: what a row of the table would say of it. */
class OneJob implements JobStore {
  dueAt: Instant;
  waiting: string | undefined;
  isDone = false;

  constructor(dueAt: Instant) {
    this.dueAt = dueAt;
  }

  async take(_: unknown, now: Instant, leaseUntil: Instant): Promise<Job | undefined> {
    if (this.isDone || this.dueAt > now) return undefined;
    this.dueAt = leaseUntil;
    return { caseId, kind: 'raise', tries: 0 };
  }

  async done(): Promise<void> {
    this.isDone = true;
  }

  async later(_: unknown, __: unknown, wait: { dueAt: Instant; because: string }): Promise<void> {
    this.dueAt = wait.dueAt;
    this.waiting = wait.because;
  }
}

/** A contract that two people have signed, on a shelf, and the job that raises it. */
async function openShelf() {
  const table = await SigningTable.open();
  const book = new FactBook();
  const stores = new MemoryStores(book);
  const keep = async (_: unknown, __: unknown, bytes: Uint8Array) => bytes.slice();
  const cipher = { seal: keep, open: keep };
  const shelf = new RevisionShelf({ revisions: stores, cipher, engine: nodeEngine });
  const { clock } = table;
  const longTerm = new LongTermShelf({
    units: stores,
    shelf,
    proofs: { fetch: () => table.material() },
    evidence: book,
    stamps: table,
    engine: nodeEngine,
    clock,
  });
  let signed = onePage('table');
  for (const name of ['borrower', 'lender']) {
    const kind = name === 'borrower' ? 'event' : 'lasting';
    signed = await table.sign(signed, await table.person('ecdsa-sha256', kind), name);
    table.pass(1);
  }
  await stores.run(bank, (unit) => shelf.keep(unit, { document, subject: 'person-1' }, signed));
  const raise = () => longTerm.raise({ tenant: bank, caseId, document });
  const revisions = async (): Promise<readonly Uint8Array[]> => {
    const rows = stores.revisions.filter((row) => row.document === document);
    return rows.map(({ sealed }) => sealed);
  };
  return { table, book, stores, shelf, longTerm, raise, revisions, signed };
}

function jobOf({ table, stores, longTerm }: Awaited<ReturnType<typeof openShelf>>) {
  const documents = { ofCase: async () => [{ id: document }] };
  const desk = new LongTermDesk({ units: stores, documents, longTerm });
  const store = new OneJob(table.now);
  const jobs = new Jobs({
    units: stores,
    store,
    clock: table.clock,
    hands: new Map([
      [
        'raise',
        async (tenant, of) => {
          const commit = await desk.keep(tenant, of);
          return async (unit) => {
            const next = await commit(unit);
            return next && new Again(next.at, next.because);
          };
        },
      ],
    ]),
    onWait: () => undefined,
  });
  return { store, doOne: () => jobs.doOne(bank) };
}

async function stampsIn(bytes: Uint8Array): Promise<number> {
  const signatures = readSignatures(await openPdf(bytes, nodeEngine));
  return signatures.filter(({ kind }) => kind === 'timestamp').length;
}

test('S2-77 what two people signed is raised once, with one entry that names the state it stands on', async () => {
  const house = await openShelf();
  const { store, doOne } = jobOf(house);
  expect(await doOne()).toBe(true);
  const [signed, raised, ...more] = await house.revisions();
  expect([await stampsIn(signed ?? onePage('table')), more.length]).toEqual([0, 0]);
  expect(await stampsIn(raised ?? onePage('table'))).toBe(1);
  expect(house.book.facts).toMatchObject([
    { type: 'document.raised', of: ['revision', 'before', 'stamp'], values: { level: 'B-LTA' } },
  ]);
  // Not before half a year before the stamp's key ends; asked at once again, nothing happens.
  expect(formatInstant(store.dueAt)).toMatch(/^2029-05-/);
  expect(await doOne()).toBe(false);
  await house.stores.run(bank, await house.raise());
  expect([(await house.revisions()).length, house.book.facts.length]).toEqual([2, 1]);
});

test('a crash before the commit leaves the signed contract, a second worker writes no second one', async () => {
  const house = await openShelf();
  const lost = await house.raise();
  const crash = house.stores.run(bank, async (unit) => {
    await lost(unit);
    throw new Fault('test.crash');
  });
  expect(await crash.catch(faultCode)).toBe('test.crash');
  expect([(await house.revisions()).length, house.book.facts.length]).toEqual([1, 0]);
  const [first, second] = [await house.raise(), await house.raise()];
  await house.stores.run(bank, first);
  await house.stores.run(bank, second);
  expect([(await house.revisions()).length, house.book.facts.length]).toEqual([2, 1]);
});

test('a dead authority delays the raise and nothing else; when it lives again the job goes on', async () => {
  const house = await openShelf();
  const { store, doOne } = jobOf(house);
  house.table.broken = () => {
    throw new Fault('timestamp.unavailable', {}, { retryable: true });
  };
  await doOne();
  expect([store.waiting, store.isDone]).toEqual(['timestamp.unavailable', false]);
  expect(await house.revisions()).toEqual([house.signed]);
  house.table.broken = undefined;
  house.table.pass(60);
  await doOne();
  expect((await house.revisions()).length).toBe(2);
});

test('a list from the second of the stamp is too early; the job tries again', async () => {
  const house = await openShelf();
  house.table.pass(-1.5);
  const { store, doOne } = jobOf(house);
  await doOne();
  expect(store.waiting).toBe('signing.revocation_missing');
  house.table.pass(3);
  await doOne();
  expect((await house.revisions()).length).toBe(2);
});

test('renewed half a year before the stamp’s key ends, once the authority has a key that lives longer', async () => {
  const house = await openShelf();
  const { table } = house;
  const { store, doOne } = jobOf(house);
  await doOne();
  table.now = addSeconds(store.dueAt, -1);
  expect(await doOne()).toBe(false);
  table.pass(1);
  expect(await doOne()).toBe(true);
  expect([store.waiting, (await house.revisions()).length]).toEqual(['stamper_not_renewed', 2]);
  expect(store.dueAt).toBe(addSeconds(table.now, daySeconds));
  await table.renewClock(10);
  table.now = store.dueAt;
  await doOne();
  const [, once, twice] = await house.revisions();
  expect(await stampsIn(once ?? onePage('table'))).toBe(1);
  expect(await stampsIn(twice ?? onePage('table'))).toBe(2);
  expect(store.dueAt).toBeGreaterThan(parseInstant('2038-01-01T00:00:00.000+08:00'));
  expect(house.book.types()).toEqual(['document.raised', 'document.raised']);
});

test('nothing is kept provable of what nobody signed, or of a person who was erased', async () => {
  const house = await openShelf();
  const place = { document: 'cost-sheet-1', subject: 'person-1' };
  await house.stores.run(bank, (unit) => house.shelf.keep(unit, place, onePage('table')));
  const unsigned = { tenant: bank, caseId, document: place.document };
  expect(await (await house.longTerm.raise(unsigned))({ tenant: bank })).toBeUndefined();
  house.shelf.read = () => Promise.reject(new Fault('vault.erased'));
  expect(await (await house.raise())({ tenant: bank })).toBeUndefined();
  expect(house.book.facts).toEqual([]);
});
