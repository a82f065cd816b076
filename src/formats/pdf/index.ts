/**
 * PDF as signed evidence: a strict reader, an incremental writer, signatures and what later
 * revisions changed (ISO 32000-1, ISO 19005-3, ETSI EN 319 142-1).
 */
export type { Appearance, GlyphOutline, OutlineSource, PathStep, Point } from './appearance.ts';
export { invisible } from './appearance.ts';
export type { RelatedProofs } from './append-store.ts';
export { appendSecurityStore } from './append-store.ts';
export type { PdfAttachment } from './attachments.ts';
export { readAttachments } from './attachments.ts';
export type { ChangeFlaw, PdfChange } from './change-flaws.ts';
export { judgeChanges } from './changes.ts';
export { prepareDocTimeStamp } from './document-stamp.ts';
export { digestInPlace, embedInPlace, embedSignature, signedBytes } from './embed.ts';
export type { FaceFlaw } from './faces.ts';
export { judgeFaces } from './faces.ts';
export { pdfFaults } from './faults.ts';
export type { PdfFacts } from './file.ts';
export { PdfFile } from './file.ts';
export type { FillWish } from './fill-field.ts';
export { emptySignatureFields, fillSignature } from './fill-field.ts';
export { revisionEnds } from './history.ts';
export { pdfBytesMax } from './limits.ts';
export type { LooseSignature } from './loose-signatures.ts';
export { readLooseSignatures } from './loose-signatures.ts';
export { openPdf, readPdf } from './open.ts';
export type { PdfPage } from './pages.ts';
export type { FieldLock, ModificationLevel } from './permissions.ts';
export type { ByteRange, PreparedRevision, Rect, SignatureWish } from './prepare.ts';
export { prepareSignature } from './prepare.ts';
export type { RevisionChange } from './revisions.ts';
export { compareRevisions } from './revisions.ts';
export type { SealWish } from './seal-appearance.ts';
export { roundSeal } from './seal-appearance.ts';
export type { SecurityStore } from './security-store.ts';
export { readDss } from './security-store.ts';
export type { PdfSignature, SignatureFlaw } from './signatures.ts';
export { readSignatures } from './signatures.ts';
export type { SignerWish } from './signer-appearance.ts';
export { signerLines } from './signer-appearance.ts';
export type { FacePlace } from './slots.ts';
export { printSlots, readSlots } from './slots.ts';
