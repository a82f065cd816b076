/** What is held for an entry, level by level, and trusted time over the log's heads. */
export { receiptFaults } from './faults.ts';
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
