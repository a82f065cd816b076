/**
 * What an earlier signer forbade (a certification, a lock) is not for us to break: the document as
 * it will be is compared with what each signature allows, before anything is signed.
 */
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import {
  judgeChanges,
  openToSign,
  type PdfFile,
  type PdfSignature,
  readSignatures,
} from '#formats/pdf';

/** Refuses with signing.earlier_broken; a signature that was broken before stays what it was. */
export async function requireEarlierIntact(
  { file, earlier }: { readonly file: PdfFile; readonly earlier: readonly PdfSignature[] },
  next: Uint8Array,
  engine: Engine,
): Promise<void> {
  const after = await openToSign(next, engine);
  const was = await judgeChanges(file, earlier, engine);
  const found = readSignatures(after).filter(({ field }) =>
    earlier.some((one) => one.field === field),
  );
  const is = await judgeChanges(after, found, engine);
  const broken = is.findIndex(
    (change, at) => change.is === 'forbidden' && was[at]?.is !== 'forbidden',
  );
  if (broken < 0) return;
  throw new Fault('signing.earlier_broken', {
    field: found[broken]?.field ?? '',
    because: is[broken]?.because ?? '',
  });
}
