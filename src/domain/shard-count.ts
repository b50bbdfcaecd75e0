// How the symbols are divided among the streams of a cluster.

/** Shards of the ticks: one stream and one writer each. It never changes. */
export const SHARD_COUNT = 8;
