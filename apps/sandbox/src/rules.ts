/**
 * Discord's own times and limits. A test may pass shorter ones to `startSandbox`, and some of them are where the
 * settings begin (`settings.ts`); nobody else changes them.
 * Sources: gateway.mdx, rate-limits.mdx and message.mdx of Discord's documentation, where no other is named.
 */
export type Rules = {
  heartbeatIntervalMs: number
  /** One IDENTIFY per bucket in this time. */
  identifyWindowMs: number
  identifyBudgetWindowMs: number
  /** "A few minutes" in the documentation. */
  resumableMs: number
  sendsPerWindow: number
  sendWindowMs: number
  maxGuildsPerShard: number
  interactionDeadlineMs: number
  interactionTokenMs: number
  /** "The past few minutes" in the documentation. */
  nonceMemoryMs: number
  globalRequestsPerSecond: number
  invalidRequestsUntilBan: number
  invalidRequestWindowMs: number
  banMs: number
  oldMessageMs: number
  /** How seldom messages older than an hour may be edited is not documented, only error 30046. */
  oldMessageEditsPerWindow: number
  oldMessageEditWindowMs: number
}

export const discordRules: Rules = {
  heartbeatIntervalMs: 41_250,
  identifyWindowMs: 5_000,
  identifyBudgetWindowMs: 24 * 3_600_000,
  resumableMs: 3 * 60_000,
  sendsPerWindow: 120,
  sendWindowMs: 60_000,
  maxGuildsPerShard: 2_500,
  interactionDeadlineMs: 3_000,
  interactionTokenMs: 15 * 60_000,
  nonceMemoryMs: 5 * 60_000,
  globalRequestsPerSecond: 50,
  invalidRequestsUntilBan: 10_000,
  invalidRequestWindowMs: 10 * 60_000,
  banMs: 60 * 60_000,
  oldMessageMs: 3_600_000,
  oldMessageEditsPerWindow: 3,
  oldMessageEditWindowMs: 60_000,
}
