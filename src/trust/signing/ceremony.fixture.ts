/** A small bank with one document, real keys, real stamps and a clock to turn. */
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { concat, fromLatin1 } from '#base/bytes';
import { canonical } from '#base/canonical';
import { addSeconds, type Clock, type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { seededRandom } from '#base/random';
import type { TenantId, Unit, Units } from '#base/unit';
import type { Signer } from '#formats/crypto';
import { printSlots, type Rect } from '#formats/pdf';
import { buildToken, parseToken, type TimestampToken } from '#formats/tsp';
import {
  basicConstraints,
  buildCertificate,
  buildName,
  type Certificate,
  type Extension,
  extendedKeyUsage,
  keyUsage,
  purposeOid,
} from '#formats/x509';
import {
  type Cipher,
  type FactRecorder,
  RevisionShelf,
  type RevisionStore,
  Sealer,
  type SealerParts,
  type SealFact,
  type SealOrder,
  type SealRecorder,
  type Stamps,
  type StoredHead,
  type StoredRevision,
  type StoredTicket,
  type TicketEnd,
  type TicketPlace,
  type TicketStore,
} from './index.ts';

export const bank = 'bank-a' as TenantId;
export const caseId = 'case-1';
export const documentId = 'contract-1';
/** The fields that the document has places for, from the left. */
const placed = ['borrower', 'lender'];

/** One page that says 5,000.00; enough to be signed. */
export const basePdf: Uint8Array = onePage();

export class TurnedClock implements Clock {
  readonly source = 'LOCAL_CLOCK';
  at: Instant = instantFromMs(1_795_271_400_000);

  now(): Instant {
    return this.at;
  }

  pass(seconds: number): void {
    this.at = addSeconds(this.at, seconds);
  }
}

export interface Fact {
  readonly type: string;
  readonly hash: string;
  readonly refs: Readonly<Record<string, string>>;
  readonly of: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
}

/** Records into a list that is cut back when the unit fails, as a table would be. */
export class FactBook implements SealRecorder, FactRecorder {
  readonly facts: Fact[] = [];

  async recordCases(
    unit: Unit,
    cases: Parameters<SealRecorder['recordCases']>[1],
  ): Promise<{ hash: string }[][]> {
    const record = async (draft: SealFact) => this.record(unit, draft);
    return Promise.all(cases.map(({ drafts }) => Promise.all(drafts.map(record))));
  }

  async record(_: Unit, draft: SealFact): Promise<{ hash: string }> {
    const hash = `entry-${this.facts.length}`;
    const values = Object.fromEntries(draft.disclosures.map(({ name, value }) => [name, value]));
    const of = draft.of.map(({ name }) => name);
    this.facts.push({ type: draft.type, hash, refs: draft.refs, of, values });
    return { hash };
  }

  types(): string[] {
    return this.facts.map(({ type }) => type);
  }
}

export class MemoryStores implements RevisionStore, TicketStore, Units {
  revisions: StoredRevision[] = [];
  tickets = new Map<string, StoredTicket>();
  readonly #facts: Fact[];

  constructor(book: FactBook) {
    this.#facts = book.facts;
  }

  async run<T>(tenant: TenantId, action: (unit: Unit) => Promise<T>): Promise<T> {
    const before = { revisions: [...this.revisions], tickets: new Map(this.tickets) };
    const count = this.#facts.length;
    try {
      return await action({ tenant });
    } catch (thrown) {
      Object.assign(this, before);
      this.#facts.length = count;
      throw thrown;
    }
  }

  async append(_: Unit, revisions: readonly StoredRevision[]): Promise<boolean[]> {
    return revisions.map((revision) => {
      const { document, number } = revision;
      const isFree = !this.revisions.some(
        (row) => row.document === document && row.number === number,
      );
      if (isFree) this.revisions.push(ownSealed(revision));
      return isFree;
    });
  }

  async find(_: Unit, document: string, number?: number): Promise<StoredRevision | undefined> {
    const own = this.revisions.filter((row) => row.document === document);
    const found = number === undefined ? own.at(-1) : own.find((row) => row.number === number);
    return found && ownSealed(found);
  }

  async heads(_: Unit, documents: readonly string[]): Promise<StoredHead[]> {
    return documents.flatMap((document) => {
      const own = this.revisions.filter((row) => row.document === document);
      const [base, newest] = [own[0], own.at(-1)];
      if (base === undefined || newest === undefined) return [];
      const { bytes, sha256 } = base;
      return [{ base: { bytes, sha256 }, newest, sealed: async () => newest.sealed.slice() }];
    });
  }

  async newest(_: Unit, document: string): Promise<number | undefined> {
    return (await this.find(_, document))?.number;
  }

  async add(_: Unit, tickets: readonly StoredTicket[]): Promise<void> {
    for (const ticket of tickets) this.tickets.set(ticket.id, ticket);
  }

  async lock(_: Unit, ids: readonly string[]): Promise<StoredTicket[]> {
    return ids.flatMap((id) => this.tickets.get(id) ?? []);
  }

  async end(_: Unit, ids: readonly string[], end: TicketEnd): Promise<void> {
    const because = end.standing === 'void' ? end.because : undefined;
    for (const ticket of await this.lock(_, ids)) {
      if (ticket.standing !== 'open') continue;
      this.tickets.set(ticket.id, { ...ticket, standing: end.standing, because });
    }
  }

  async openFor(_: Unit, places: readonly TicketPlace[]): Promise<StoredTicket[]> {
    return this.#open().filter(({ document, field }) =>
      places.some((place) => place.document === document && place.field === field),
    );
  }

  async openBefore(_: Unit, at: Instant): Promise<StoredTicket[]> {
    return this.#open().filter(({ leaseUntil }) => leaseUntil < at);
  }

  #open(): StoredTicket[] {
    return [...this.tickets.values()].filter(({ standing }) => standing === 'open');
  }
}

/** A table keeps bytes of its own, and each reader gets some: the shelf gives its memory back. */
function ownSealed(revision: StoredRevision): StoredRevision {
  return { ...revision, sealed: revision.sealed.slice() };
}

/** A table takes one unit after the other where they touch the same rows; so does this. */
export class OneAtATime implements Units {
  readonly #inner: Units;
  /** Units begun. */
  begun = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(inner: Units) {
    this.#inner = inner;
  }

  run<T>(tenant: TenantId, action: (unit: Unit) => Promise<T>): Promise<T> {
    this.begun += 1;
    const turn = this.#last.then(() => this.#inner.run(tenant, action));
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

export interface Party {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

export class Ceremony {
  readonly clock = new TurnedClock();
  readonly book = new FactBook();
  readonly parts: { revisions: RevisionStore; tickets: TicketStore; units: Units };
  readonly shelf: RevisionShelf;
  sealer: Sealer;
  /** What the time-stamping line does instead of answering, when it is broken. */
  broken: (() => void) | undefined;
  stampsMade = 0;
  /** Why nothing of the person's opens any more. */
  closed: Fault | undefined;
  readonly #tsa: Party;
  readonly #sealerParts: SealerParts;
  readonly #root = softSigner(generateSoftKey('p256'));

  private constructor(tsa: Party, stores?: Ceremony['parts'], own?: Stamps) {
    this.#tsa = tsa;
    const memory = new MemoryStores(this.book);
    this.parts = stores ?? { revisions: memory, tickets: memory, units: memory };
    const cipher: Cipher = {
      seal: scramble,
      open: async (unit, place, sealed) => {
        if (this.closed !== undefined) throw this.closed;
        return scramble(unit, place, sealed);
      },
    };
    this.shelf = new RevisionShelf({ revisions: this.parts.revisions, cipher, engine: nodeEngine });
    this.#sealerParts = {
      ...this.parts,
      shelf: this.shelf,
      cipher,
      evidence: this.book,
      stamps: own ?? { stamp: (bytes) => this.#stamp(bytes) },
      engine: nodeEngine,
      clock: this.clock,
      random: seededRandom(7),
    };
    this.sealer = new Sealer(this.#sealerParts);
  }

  /** The process was started again: what it held in memory is gone. */
  restart(): void {
    this.sealer = new Sealer({ ...this.#sealerParts, ...this.parts });
  }

  /** `stamps` in place of the ceremony's own clock. */
  static async open(
    stores?: Ceremony['parts'],
    stamps?: Stamps,
    ofStamper: readonly Extension[] = [],
  ): Promise<Ceremony> {
    const clock = new TurnedClock();
    const root = softSigner(generateSoftKey('p256'));
    const tsa = await issue(root, {
      name: 'TEST TSA',
      from: clock.now(),
      seconds: 86_400,
      extensions: [
        keyUsage('digitalSignature'),
        extendedKeyUsage(true, purposeOid.timeStamping),
        ...ofStamper,
      ],
    });
    const ceremony = new Ceremony(tsa, stores, stamps);
    await ceremony.parts.units.run(bank, (unit) =>
      ceremony.shelf.keep(unit, { document: documentId, subject: 'person-1' }, basePdf),
    );
    return ceremony;
  }

  party(name: string, seconds = 600): Promise<Party> {
    const extensions = [basicConstraints(false), keyUsage('digitalSignature')];
    return issue(this.#root, { name, from: this.clock.now(), seconds, extensions });
  }

  order(party: Party, field: string, place = 0): SealOrder {
    return {
      tenant: bank,
      caseId,
      document: documentId,
      kind: 'loan-contract',
      face: {
        field,
        page: 1,
        rect: rectOf(place),
        appearance: { width: 30, height: 30, content: '1 1 m 29 1 l S\n' },
        signerName: party.certificate.subjectCommonName ?? '',
      },
      certificate: party.certificate.der,
      refs: { intent: 'entry-of-intent' },
    };
  }

  async prepare(order: SealOrder) {
    const commit = await this.sealer.prepare(order);
    return this.parts.units.run(bank, commit);
  }

  async redeem(ticket: string, signature: Uint8Array) {
    const commit = await this.sealer.seal({ tenant: bank, ticket, signature });
    const { document, number } = await this.parts.units.run(bank, commit);
    return this.parts.units.run(bank, (unit) => this.shelf.read(unit, document, number));
  }

  /** The whole way for one party. */
  async signAs(party: Party, field: string, place = 0) {
    const { ticket } = await this.prepare(this.order(party, field, place));
    return this.redeem(ticket.id, await party.signer.sign(ticket.signedAttrs));
  }

  async #stamp(bytes: Uint8Array): Promise<TimestampToken> {
    this.broken?.();
    this.stampsMade += 1;
    const digest = await nodeEngine.digest('sha256', bytes);
    const info = {
      policy: '2.999.1.1',
      imprint: { hash: 'sha256', digest } as const,
      serial: '7f01',
      time: this.clock.now(),
      accuracyMs: 1_500,
      ordering: true,
      nonce: 5n,
    };
    return parseToken(await buildToken(info, { ...this.#tsa, engine: nodeEngine }));
  }
}

/** Stands in for the vault: what is kept is not what was handed in. */
async function scramble(_: Unit, __: unknown, ...pieces: Uint8Array[]): Promise<Uint8Array> {
  const out = concat(...pieces);
  for (let at = 0; at < out.length; at += 1) out[at] = (out[at] ?? 0) ^ 0x5a;
  return out;
}

async function issue(
  root: Signer,
  wish: { name: string; from: Instant; seconds: number; extensions: readonly Extension[] },
): Promise<Party> {
  const signer = softSigner(generateSoftKey('p256'));
  const draft = {
    serial: Uint8Array.of(1 + wish.name.length),
    issuer: buildName([['commonName', 'TEST CA – NOT LICENSED']]),
    subject: buildName([['commonName', wish.name]]),
    notBefore: wish.from,
    notAfter: addSeconds(wish.from, wish.seconds),
    publicKey: signer.publicKey,
    extensions: wish.extensions,
  };
  return { certificate: await buildCertificate(draft, root), signer };
}

function rectOf(place: number): Rect {
  const left = 20 + 40 * place;
  return [left, 20, left + 30, 50];
}

/** Its data states a place for each field that the tests sign, one beside the other. */
function onePage(): Uint8Array {
  const places = placed.map((field, place) => ({ field, page: 1, rect: rectOf(place) }));
  const data = canonical({ slots: printSlots(places) });
  const content = 'BT ET % 5,000.00\n';
  const bodies = [
    '<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(data.json) 5 0 R] >> >> >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Filespec /F (data.json) /UF (data.json) /EF << /F 6 0 R >> >>',
    `<< /Type /EmbeddedFile /Length ${data.length} >>\nstream\n${data}\nendstream`,
  ];
  let text = '%PDF-1.7\n';
  const offsets = bodies.map((body, at) => {
    const offset = text.length;
    text += `${at + 1} 0 obj\n${body}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 7\n0000000000 65535 f \n${offsets.join('')}`;
  const tail = `trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF`;
  return fromLatin1(text + table + tail);
}
