/** What the signer's page asks for: coming in, going on, photos, and what she holds afterwards. */
export { Afterwards, type ContractFacts } from './afterwards.ts';
export { Captures, captureBytesMax, chunkBytes, type KnownPhoto } from './captures.ts';
export { type AdmitCase, Counter, type CounterParts } from './counter.ts';
export { signerFaults } from './faults.ts';
export { Handwriting, type HandwritingParts } from './handwriting.ts';
export { photoMedia } from './photo.ts';
export type {
  AfterwardsStore,
  CaptureRow,
  CaptureStore,
  CaseToken,
  CaseTokenStore,
  Handover,
  HandoverStore,
} from './ports.ts';
export { Progress, type ProgressDocument, type Standing, steps } from './progress.ts';
export { sendReceipt } from './receipt-message.ts';
export { type GivenSecret, type GivenToken, refreshSecondsMin, Visits } from './visits.ts';
