/** Half-year shards of a log: what the last leaf of one and the first of the next say. */
export { shardFaults } from './faults.ts';
export {
  closingIn,
  isBorder,
  isClosing,
  nextOrigin,
  openingIn,
  parseClosing,
  parseOpening,
  printClosing,
  printOpening,
  type ShardClosing,
  type ShardOpening,
} from './leaves.ts';
export {
  type ClosedShard,
  judgeClosing,
  openingFlaw,
  type ShardLeaf,
} from './link.ts';
export { shardEndsAt, shardName, shardOfOrigin, shardOrigin } from './name.ts';
