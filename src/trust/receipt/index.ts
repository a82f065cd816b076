/** What is held for an entry, level by level, and trusted time over the log's heads. */
export { receiptFaults } from './faults.ts';
export {
  type AnchorShelf,
  LogPapers,
  type LogPapersParts,
  type RegisterShelf,
} from './papers.ts';
export {
  Promises,
  type PromisesParts,
  promiseSecondsMax,
  type UnplacedPromise,
} from './promises.ts';
export {
  type FullReceipt,
  ReceiptDesk,
  type ReceiptDeskParts,
  type StampPaper,
} from './receipt-desk.ts';
export {
  type NotHeld,
  type Receipt,
  type ReceiptLevel,
  Receipts,
  type ReceiptsParts,
  receiptLevels,
} from './receipts.ts';
export {
  HeadStamps,
  type HeadStampsParts,
  type StampedHead,
  type Stamper,
  type StampStore,
  stampExists,
} from './stamps.ts';
export { lateStamps, stampLateHoursMax, type UnstampedHeads } from './stamps-late.ts';
export { type TwinLink, TwinLinks, type TwinLinksParts, type TwinStore } from './twin-papers.ts';
