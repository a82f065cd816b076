/**
 * Deposits full of records as the systems of an institution bring them, signed before the clock
 * starts: what a source signs with is its own machine's work and not the house's.
 */
import { canonical } from '#base/canonical';
import { type RecordSigner, signedRecord } from '../test/journeys/record-sources.ts';

export const depositRecordsMax = 500;
/** A deposit's id has so many letters; the house chooses it when the deposit is opened. */
const idPlace = '-'.repeat(22);

/** One request's records: all but the deposit's id is spelled already. */
class SignedRequest {
  readonly items: readonly string[];
  readonly #bytes: Buffer;

  constructor(items: readonly string[], text: string) {
    this.items = items;
    this.#bytes = Buffer.from(text);
  }

  body(id: string): Buffer {
    return Buffer.from(this.#bytes.toString().replaceAll(idPlace, id));
  }
}

/** A deposit that is not opened yet, by its own name. */
export interface SignedDeposit {
  readonly name: string;
  readonly requests: readonly SignedRequest[];
}

let depositsMade = 0;

/** The next deposit of this signer, in requests of `batch` records. */
export function signedDeposit(signer: RecordSigner, batch: number): SignedDeposit {
  depositsMade += 1;
  const name = `bench-${depositsMade}`;
  const requests: SignedRequest[] = [];
  for (let at = 0; at + batch <= depositRecordsMax; at += batch) {
    const items = Array.from({ length: batch }, (_, nth) => `r${at + nth}`);
    const records = items.map((item) => signedRecord(signer, { id: idPlace, name }, item));
    requests.push(new SignedRequest(items, canonical({ records })));
  }
  return { name, requests };
}
