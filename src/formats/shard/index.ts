/** Half-year shards of a log: what the last leaf of one and the first of the next say. */
export { shardFaults } from './faults.ts';
export {
  isClosing,
  parseClosing,
  parseOpening,
  printClosing,
  printOpening,
  type ShardClosing,
  type ShardOpening,
} from './leaves.ts';
export { judgeShardLink, type ShardLink, type ShardLinkFlaw } from './link.ts';
export { shardName, shardOrigin } from './name.ts';
