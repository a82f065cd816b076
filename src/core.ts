/**
 * What leaves this house as one file, `dist/core.mjs`: the verifier, the engine of a page, and what
 * a signer's page must compute by itself (law 2) before its key signs.
 *
 * The same rooms that judge in Node judge in a browser; a page takes nothing else of src/. It has
 * no server, no database, no network and no Node in it, and the build refuses if that changes
 * (web/vite.core.config.ts).
 */
// First of all: it gives an old browser what everything below calls.
export { pageEngine } from '#adapters/page-engine';
export {
  concat,
  equal,
  fromBase64,
  fromBase64Url,
  fromHex,
  fromLatin1,
  fromUtf8,
  indexOf,
  toBase64,
  toBase64Url,
  toHex,
  utf8,
} from '#base/bytes';
export { canonical, canonicalBytes, type Json, parseCanonical } from '#base/canonical';
export { type Clock, formatInstant, type Instant, instantFromMs, systemClock } from '#base/clock';
export { Fault, faultCode } from '#base/fault';
export { type Random, systemRandom } from '#base/random';
export { readJudgingTime, verdictText } from '#doors/cli';
export {
  bornKey,
  codeFor,
  fetchShown,
  type Handset,
  type Held,
  Line,
  type LineParts,
  type LineRequest,
  type PhoneParts,
  type Pocket,
  type Send,
  SigningSession,
  textIn,
} from '#doors/phone';
export {
  conclusionPhrases,
  examinationPhrases,
  examinedPhrases,
  flawPhrases,
  noticePhrases,
} from '#doors/phrases';
export { openZip } from '#formats/bundle';
export type { Engine, Signer } from '#formats/crypto';
export { integerFromBytes, sequence } from '#formats/der';
export {
  enrolmentDigest,
  enrolmentMessage,
  isAttestedBy,
  parseAttestation,
  parseEntry,
  shownDigestLetters,
} from '#formats/entry';
export {
  compareRevisions,
  openPdf,
  readAttachments,
  readPdf,
  readSignatures,
  signedBytes,
} from '#formats/pdf';
export { checkPhrase } from '#formats/phrase';
export {
  consistencyFlaw,
  hashLeaf,
  inclusionFlaw,
  judgeCheckpoint,
  parseCheckpoint,
  parseLogProof,
  parseVkey,
} from '#formats/tlog';
export { buildCsr, buildName, parseCertificate, readOnePem, readPem } from '#formats/x509';
export { openArchive } from '#formats/zip';
export {
  type BeforeSigningVerdict,
  checkBeforeSigning,
  parseTicket,
  type Ticket,
} from '#trust/signing';
export * from '#trust/verify';
