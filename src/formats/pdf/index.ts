/**
 * PDF as signed evidence: a strict reader, an incremental writer, signatures and what later
 * revisions changed (ISO 32000-1, ISO 19005-3, ETSI EN 319 142-1).
 */
export type {
  Appearance,
  GlyphOutline,
  OutlineSource,
  PathStep,
  Point,
} from './drawing/appearance.ts';
export { invisible } from './drawing/appearance.ts';
export { fittedFace } from './drawing/fitted-face.ts';
export { drawSeal, sealInside } from './drawing/seal-appearance.ts';
export type { SealFigure, SealKind } from './drawing/seal-figures.ts';
export { parseSealFigure, sealKinds, sealOfKind } from './drawing/seal-figures.ts';
export { svgOf } from './drawing/seal-svg.ts';
export { type SignerWish, signerLines, signerStrokes } from './drawing/signer-appearance.ts';
export { parseStrokes, type Strokes } from './drawing/strokes.ts';
export { pdfFaults } from './faults.ts';
export { appendFields, type EmptyField } from './fields/empty-fields.ts';
export { emptySignatureFields, type FillWish, fillSignature } from './fields/fill-field.ts';
export { seenPlace } from './fields/page-view.ts';
export type { FieldLock, ModificationLevel } from './fields/permissions.ts';
export type { ByteRange, PreparedRevision, Rect, SignatureWish } from './fields/prepare.ts';
export { prepareSignature } from './fields/prepare.ts';
export type { Restrictions } from './fields/restrictions.ts';
export { prepareStraddle, type StraddleWish, straddlePagesMax } from './fields/straddle.ts';
export { type PdfFacts, PdfFile } from './file/file.ts';
export { revisionEnds } from './file/history.ts';
export { pdfBytesMax } from './file/limits.ts';
export { openPdf, openToSign, readPdf } from './file/open.ts';
export type { PdfPage } from './file/pages.ts';
export type { ChangeFlaw, PdfChange } from './revisions/change-flaws.ts';
export { judgeChanges } from './revisions/changes.ts';
export { paintedOver } from './revisions/covering.ts';
export { type FaceFlaw, judgeFaces } from './revisions/faces.ts';
export { compareRevisions, type RevisionChange } from './revisions/revisions.ts';
export { appendSecurityStore, type RelatedProofs } from './signatures/append-store.ts';
export { claimsArchival } from './signatures/archival.ts';
export { type PdfAttachment, readAttachments } from './signatures/attachments.ts';
export { prepareDocTimeStamp } from './signatures/document-stamp.ts';
export { digestPrepared, embedInPlace, embedSignature, signedBytes } from './signatures/embed.ts';
export { type LooseSignature, readLooseSignatures } from './signatures/loose-signatures.ts';
export { readDss, type SecurityStore } from './signatures/security-store.ts';
export type { PdfSignature, SignatureFlaw } from './signatures/signatures.ts';
export { readSignatures, readUsageRights, usageRightsName } from './signatures/signatures.ts';
export { type FacePlace, printSlots, readSlots } from './signatures/slots.ts';
export { findText, rectOver, type TextPlace, type TextWish } from './text/find-text.ts';
