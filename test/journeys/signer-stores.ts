/**
 * The signer's stores in memory: maps with the promises of the ports and nothing else.
 */
import { equal, toHex } from '#base/bytes';
import type { Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import type {
  AfterwardsStore,
  CaptureRow,
  CaptureStore,
  CaseToken,
  CaseTokenStore,
  Handover,
  HandoverStore,
} from '#business/signer';
import type { DocumentObjects, ObjectName } from '#business/tenancy';
import type { MemoryLoans } from './memory-stores.ts';

export class MemoryCaseTokens implements CaseTokenStore {
  readonly rows = new Map<string, CaseToken>();

  async put(_unit: Unit, token: CaseToken): Promise<void> {
    this.rows.set(toHex(token.sha256), token);
  }

  async find(_unit: Unit, sha256: Uint8Array): Promise<CaseToken | undefined> {
    return this.rows.get(toHex(sha256));
  }

  async sweep(_unit: Unit, caseId: string, before: Instant): Promise<void> {
    for (const [name, row] of this.rows) {
      if (row.caseId === caseId && row.until < before) this.rows.delete(name);
    }
  }
}

export class MemoryHandovers implements HandoverStore {
  readonly #rows = new Map<string, Handover>();

  async put(_unit: Unit, handover: Handover): Promise<void> {
    this.#rows.set(handover.caseId, handover);
  }

  async take(_unit: Unit, sha256: Uint8Array): Promise<Handover | undefined> {
    const row = [...this.#rows.values()].find((one) => equal(one.sha256, sha256));
    if (row !== undefined) this.#rows.delete(row.caseId);
    return row;
  }
}

export class MemoryCaptures implements CaptureStore {
  readonly rows = new Map<string, CaptureRow>();
  readonly chunks = new Map<string, Uint8Array>();

  async add(_unit: Unit, capture: CaptureRow): Promise<void> {
    this.rows.set(capture.id, capture);
  }

  async lock(_unit: Unit, id: string): Promise<CaptureRow | undefined> {
    return this.rows.get(id);
  }

  async ofCase(_unit: Unit, caseId: string): Promise<readonly CaptureRow[]> {
    return [...this.rows.values()].filter((row) => row.caseId === caseId);
  }

  async putChunk(
    _unit: Unit,
    { capture, number, sealed }: { capture: string; number: number; sealed: Uint8Array },
  ): Promise<void> {
    const name = `${capture} ${number}`;
    if (!this.chunks.has(name)) this.chunks.set(name, sealed);
  }

  async chunkNumbers(_unit: Unit, capture: string): Promise<readonly number[]> {
    const own = [...this.chunks.keys()].filter((name) => name.startsWith(`${capture} `));
    return own.map((name) => Number(name.slice(capture.length + 1)));
  }

  async chunk(_unit: Unit, capture: string, number: number): Promise<Uint8Array | undefined> {
    return this.chunks.get(`${capture} ${number}`);
  }

  async store(
    _unit: Unit,
    { id, at, object }: { id: string; at: Instant; object: ObjectName },
  ): Promise<void> {
    const row = this.rows.get(id);
    if (row !== undefined) this.rows.set(id, { ...row, storedAt: at, object });
    for (const name of this.chunks.keys()) if (name.startsWith(id)) this.chunks.delete(name);
  }
}

export class MemoryObjects implements DocumentObjects {
  readonly held = new Map<string, Uint8Array>();

  async put(_unit: Unit, sealed: Uint8Array): Promise<ObjectName> {
    const sha256 = String(this.held.size).padStart(64, '0');
    this.held.set(sha256, sealed);
    return { place: 'house', sha256, bytes: sealed.length };
  }

  async get(_unit: Unit, { sha256 }: ObjectName): Promise<Uint8Array> {
    return this.held.get(sha256) ?? new Uint8Array(0);
  }
}

export class MemoryAfterwards implements AfterwardsStore {
  readonly #loans: MemoryLoans;
  readonly #secrets = new Map<string, Uint8Array>();
  readonly scores = new Map<string, number>();

  constructor(loans: MemoryLoans) {
    this.#loans = loans;
  }

  async keepReceipt(_unit: Unit, caseId: string, secretSha256: Uint8Array): Promise<void> {
    this.#secrets.set(caseId, secretSha256);
  }

  async receiptOf(_unit: Unit, number: string) {
    const rows = [...this.#loans.rows.values()];
    const caseId = rows.find((row) => row.preservationNumber === number)?.id ?? '';
    const secretSha256 = this.#secrets.get(caseId);
    return secretSha256 && { caseId, secretSha256 };
  }

  async rate(_unit: Unit, { caseId, score }: { caseId: string; score: number }): Promise<void> {
    this.scores.set(caseId, score);
  }
}
