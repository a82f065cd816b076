/** Every code this room refuses with. */
export const shardFaults = ['shard.malformed'] as const;
