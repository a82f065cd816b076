/**
 * Keeps the documents of the shelf provable for decades: raises each to B-LTA when everybody has
 * signed, and again before the key of its newest stamp ends (ETSI EN 319 142-1 §5.5).
 *
 * Nobody waits for it: what cannot be raised now stays the valid B-T document that it is.
 * Everything outside is asked before the commit, and a commit that finds another revision in its
 * place writes nothing, so that a crash or a second worker costs a stamp and never a second
 * revision.
 */
import { addMs, addSeconds, type Clock, formatInstant, type Instant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { Commit, TenantId, Unit, Units } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { openPdf, type PdfFile, readSignatures } from '#formats/pdf';
import { LongTerm, type ProofMaterial } from './long-term.ts';
import type { FactRecorder, Stamper } from './ports.ts';
import { provedKeys } from './proved-keys.ts';
import type { Revision, RevisionShelf } from './revision-shelf.ts';

const daySeconds = 86_400;
/** Half a year is time enough to bring an authority back that has stopped stamping. */
const renewDaysBefore = 180;
/** How soon to look again where the authority still stamps with the key that is about to end. */
const renewAgainSeconds = daySeconds;

/** Where the word on certificates comes from: everything that can be fetched at this moment. */
export interface ProofSource {
  fetch(): Promise<ProofMaterial>;
}

/** One document of one case that nobody will sign any more. */
export interface RaiseOrder {
  readonly tenant: TenantId;
  readonly caseId: string;
  readonly document: string;
}

/** When a raised document wants to be looked at again, and why not sooner or later. */
export interface NextRaise {
  readonly at: Instant;
  readonly because: 'not_due' | 'stamper_not_renewed';
}

/** What the shelf needs to raise what stands on it. */
export interface LongTermShelfParts {
  readonly units: Units;
  readonly shelf: RevisionShelf;
  readonly proofs: ProofSource;
  readonly evidence: FactRecorder;
  readonly stamps: Stamper;
  readonly engine: Engine;
  readonly clock: Clock;
}

/** The stamp over a whole document that ends it. */
interface LastStamp {
  readonly at: Instant;
  /** When the key that made it ends. */
  readonly until: Instant;
  readonly der: Uint8Array;
}

/** Raises documents of the shelf and says when each wants it again. */
export class LongTermShelf {
  readonly #parts: LongTermShelfParts;
  readonly #longTerm: LongTerm;

  constructor(parts: LongTermShelfParts) {
    this.#parts = parts;
    this.#longTerm = new LongTerm(parts);
  }

  /**
   * Undefined for a document that nobody signed and for one whose person was erased. Refuses as
   * `LongTerm.raise` does; then it is to be tried again.
   */
  async raise(order: RaiseOrder): Promise<Commit<NextRaise | undefined>> {
    const { proofs, clock } = this.#parts;
    // Step 1: the newest revision, and whether its stamp still has life. Nothing is written.
    const newest = await this.#newest(order);
    const held = newest && (await this.#readStamps(newest.bytes));
    if (newest === undefined || held === undefined || !held.isSigned) return async () => undefined;
    const { last } = held;
    if (last !== undefined && clock.now() < renewalOf(last)) return async () => later(last);
    // Step 2: what can be known of every certificate today, and a stamp over all of it.
    const raised = await this.#longTerm.raise(newest.bytes, await proofs.fetch());
    const { last: stamp } = await this.#readStamps(raised);
    if (stamp === undefined) throw new Fault('signing.stamp_missing');
    if (last !== undefined && stamp.until <= last.until) {
      const at = addSeconds(clock.now(), renewAgainSeconds);
      return async () => ({ at, because: 'stamper_not_renewed' });
    }
    // Step 3, one transaction: the revision and its entry. A crash before it leaves the document as
    // it was; a revision that came meanwhile is another worker's raise, and stands.
    return (unit) => this.#finish(unit, order, { newest, raised, stamp });
  }

  async #newest({ tenant, document }: RaiseOrder): Promise<Revision | undefined> {
    const { units, shelf } = this.#parts;
    try {
      return await units.run(tenant, (unit) => shelf.read(unit, document));
    } catch (thrown) {
      // Nobody can open it any more, by her own wish: there is nothing left to keep provable.
      if (faultCode(thrown) === 'vault.erased') return undefined;
      throw thrown;
    }
  }

  async #finish(
    unit: Unit,
    order: RaiseOrder,
    made: { readonly newest: Revision; readonly raised: Uint8Array; readonly stamp: LastStamp },
  ): Promise<NextRaise> {
    const { shelf, evidence } = this.#parts;
    const { newest, raised, stamp } = made;
    const { document, subject } = newest;
    if ((await shelf.newest(unit, document)) !== newest.number) return later(stamp);
    const place = { document, subject, number: newest.number + 1 };
    const revision = await shelf.append(unit, place, raised);
    await evidence.record(unit, {
      caseId: order.caseId,
      type: 'document.raised',
      subject,
      disclosures: [
        { name: 'document', value: document },
        { name: 'revision', value: revision.number },
        { name: 'level', value: 'B-LTA' },
        { name: 'stampedAt', value: formatInstant(stamp.at) },
        { name: 'stampedUntil', value: formatInstant(stamp.until) },
      ],
      of: [
        { name: 'revision', bytes: raised },
        { name: 'before', bytes: newest.bytes },
        { name: 'stamp', bytes: stamp.der },
      ],
      refs: {},
    });
    return later(stamp);
  }

  async #readStamps(
    bytes: Uint8Array,
  ): Promise<{ readonly isSigned: boolean; readonly last: LastStamp | undefined }> {
    const { engine } = this.#parts;
    const file = await openPdf(bytes, engine);
    const isSigned = readSignatures(file).some(({ kind }) => kind === 'signature');
    return { isSigned, last: await lastStampOf(file, engine) };
  }
}

async function lastStampOf(file: PdfFile, engine: Engine): Promise<LastStamp | undefined> {
  const last = readSignatures(file).at(-1);
  if (last?.kind !== 'timestamp') return undefined;
  const [key] = await provedKeys(file, last, engine);
  return key && { at: key.at, until: key.certificate.notAfter, der: last.contents };
}

/** Half a year before the key ends, and for a key that lives shorter at half of what was left. */
function renewalOf({ at, until }: LastStamp): Instant {
  const halfMs = (until - at) / 2;
  return addMs(until, -Math.floor(Math.min(renewDaysBefore * daySeconds * 1000, halfMs)));
}

function later(stamp: LastStamp): NextRaise {
  return { at: renewalOf(stamp), because: 'not_due' };
}
