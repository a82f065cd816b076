/**
 * Deposits full of records as the systems of an institution bring them, signed before the clock
 * starts: what a source signs with is its own machine's work and not the house's.
 */
import { canonical } from '#base/canonical';
import { type RecordSigner, signedBatch, signedRecord } from '../test/journeys/record-sources.ts';

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

/** How the records of a request are signed: by one signature over all, or each by its own. */
export type SigningWay = 'batch' | 'each';

let depositsMade = 0;

/** The next deposit of this signer, in requests of `batch` records. */
export async function signedDeposit(
  signer: RecordSigner,
  { batch, way }: { readonly batch: number; readonly way: SigningWay },
): Promise<SignedDeposit> {
  depositsMade += 1;
  const name = `bench-${depositsMade}`;
  const deposit = { id: idPlace, name };
  const requests: SignedRequest[] = [];
  for (let at = 0; at + batch <= depositRecordsMax; at += batch) {
    const items = Array.from({ length: batch }, (_, nth) => `r${at + nth}`);
    const body =
      way === 'batch'
        ? await signedBatch(signer, deposit, items)
        : { records: items.map((item) => signedRecord(signer, deposit, item)) };
    requests.push(new SignedRequest(items, canonical({ ...body })));
  }
  return { name, requests };
}
