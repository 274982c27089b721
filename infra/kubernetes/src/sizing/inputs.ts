/** Measured on two cores, Node 24; sources are in SIZING.md, which has a line for each. */
export const MEASURED = {
  processMiB: 166,
  perThousandGuildsMiB: 14.4,
  /** (192 − 91) / 2: what 2,000 guilds take on top while all of them arrive. */
  perThousandGuildsAtReadyMiB: 50.5,
  managerMiB: 186,
  statusMiB: 173,
  ingesterMiB: 164,
  processCores: 0.02,
  idleConnectionsOfProcess: 3,
  bootSeconds: 1.3,
  eventBytes: 437,
  changesPerDay: 3_100_000,
  changeBytes: 1_487,
  redisMiB: 1,
  redisBytesPerShard: 280,
}

/** What the source or Discord says. */
export const SOURCE = {
  connections: { process: 8, manager: 4, status: 4, ingester: 4 },
  ingesters: 2,
  viewerKiB: 256,
  requestsPerSecond: 48,
  pushEverySeconds: 5,
  identifyEverySeconds: 5,
  identifiesPerDay: 1_000,
  /** From here on Discord gives a budget that grows with the bot. */
  manyGuilds: 150_000,
  changesKeptDays: 7,
  historyBytesPerShardAndDay: 288,
  sessionsGiBPerManager: 1,
}

/** Nobody can know these for you: put in your own, and run the program again. */
export const ASSUMED = {
  guildsPerShard: 1_000,
  shardCores: 0.01,
  statusCores: 0.1,
  ingesterCores: 0.1,
  activePerGuildAndDay: 10,
  archivedDays: 365,
  /** Between what is needed at most and the limit. */
  headroom: 1.2,
  /** The same for the ingester, which gathers changes while PostgreSQL is away. */
  ingesterHeadroom: 2,
  /** Of a pod's limit, for the heaps of all its processes; what Node has beside a heap is in the rest. */
  heapShare: 0.75,
  databaseCores: 1,
  databaseGiB: 2,
  databaseMiBPerConnection: 10,
  dollarsPerCore: 25,
  dollarsPerGiB: 3.5,
  dollarsPerGB: 0.1,
}
