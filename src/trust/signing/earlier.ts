/**
 * What an earlier signer forbade (a certification, a lock) is not for us to break: the document as
 * it will be is compared with what each signature allows, before anything is signed.
 */
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import {
  judgeChanges,
  type PdfSignature,
  type Rect,
  type RevisionChange,
  readPdf,
  readSignatures,
} from '#formats/pdf';

/** A signature of a file, and whether what came after it may have come. */
type Standing = Pick<RevisionChange, 'is' | 'because'> &
  Pick<PdfSignature, 'field' | 'revisionEnd'>;

/** Refuses with signing.earlier_broken; a signature that was broken before stays what it was. */
export async function requireEarlierIntact(
  { before, earlier }: { readonly before: Uint8Array; readonly earlier: readonly PdfSignature[] },
  next: Uint8Array,
  engine: Engine,
): Promise<void> {
  const is = await changesAfter(next, engine);
  const broken = earlier.filter((one) => !stands(one, is));
  if (broken.length === 0) return;
  const was = await changesAfter(before, engine);
  const found = broken.find((one) => stands(one, was));
  if (found === undefined) return;
  const because = is.find((one) => isSame(one, found))?.because ?? '';
  throw new Fault('signing.earlier_broken', { field: found.field, because });
}

/**
 * Refuses with signing.place_unprepared a place that somebody sees and that a document certified
 * for forms and signatures alone does not hold yet. ISO 32000-2 table 257 lets fields be filled in
 * and signed there, and says nothing of new ones: readers differ, and it is the certification that
 * some of them call broken (docs/decisions/0088). What nobody sees is let pass.
 */
export function requirePrepared(earlier: readonly PdfSignature[], places: readonly Place[]): void {
  const seen = places.find((place) => place.isSeen);
  const certifier = earlier.find(({ certification }) => certification === formsAndSignatures);
  if (seen === undefined || certifier === undefined) return;
  const { field } = seen;
  throw new Fault('signing.place_unprepared', { field, certifiedBy: certifier.field });
}

/** A field that comes anew. */
interface Place {
  readonly field: string;
  readonly isSeen: boolean;
}

const formsAndSignatures = 2; // /P of DocMDP

export function isArea([left, bottom, right, top]: Rect): boolean {
  return left !== right && bottom !== top;
}

/**
 * What came after each signature of a document, read as whoever judges it will read it: an object
 * that nothing leads to may be spelt so that only a writer takes offence.
 */
export async function changesAfter(
  document: Uint8Array,
  engine: Engine,
): Promise<readonly Standing[]> {
  const file = await readPdf(document, engine);
  const signatures = readSignatures(file);
  const changes = await judgeChanges(file, signatures, engine);
  return signatures.flatMap(({ field, revisionEnd }, at) => {
    const change = changes[at];
    return change === undefined ? [] : [{ ...change, field, revisionEnd }];
  });
}

/** One that is found no more does not stand. */
function stands(signature: PdfSignature, among: readonly Standing[]): boolean {
  return among.some((one) => isSame(one, signature) && one.is !== 'forbidden');
}

/** Two fields of a broken form may have one name. */
function isSame(
  a: Pick<PdfSignature, 'field' | 'revisionEnd'>,
  b: Pick<PdfSignature, 'field' | 'revisionEnd'>,
): boolean {
  return a.field === b.field && a.revisionEnd === b.revisionEnd;
}
