/** How long each thing may take before a shard process counts as lost; all in ms. */
export type Patience = {
  healthEveryMs: number
  /** Without any answer for this long it is frozen, or its event loop is blocked. */
  silenceMs: number
  /** The same while it boots: loading its modules may block it for seconds on a busy machine, and it serves nobody yet. */
  bootSilenceMs: number
  /** From the fork to its first words. */
  firstWordsMs: number
  /** From its first words until it could take its shards over. */
  bootMs: number
  /** With a shard that is neither connected nor waiting for a permit for this long. */
  disconnectedMs: number
  /** With a connected shard on which no heartbeat was acknowledged; the process itself resumes after 8 s. */
  heartbeatMs: number
  /** What a process may take to hand over: running answers are given, countdowns are left to the next. */
  handOverMs: number
  /** What a process that has handed over may take to tell its last metrics. */
  lastReportMs: number
  /** From SIGTERM to SIGKILL. */
  graceMs: number
}

export const PATIENCE: Patience = {
  healthEveryMs: 1_000,
  silenceMs: 8_000,
  bootSilenceMs: 20_000,
  firstWordsMs: 20_000,
  bootMs: 60_000,
  disconnectedMs: 120_000,
  heartbeatMs: 20_000,
  handOverMs: 8_000,
  lastReportMs: 500,
  graceMs: 5_000,
}
