import type { Rules } from './rules.ts'

export const PRIVILEGED_INTENTS = ['GUILD_MEMBERS', 'GUILD_PRESENCES', 'MESSAGE_CONTENT'] as const

/** The rules of today, which `POST /sandbox/settings` changes. */
export type Settings = {
  maxConcurrency: number
  /** IDENTIFYs a day. */
  identifyBudget: number
  recommendedShards: number
  /** One IDENTIFY per bucket in this time; shorter ones let a benchmark measure minutes of waiting in seconds. */
  identifyWindowMs: number
  /** Told in HELLO: a connection keeps to what it was told. */
  heartbeatIntervalMs: number
  /** Added to every answer of REST and everything the gateway sends. */
  latencyMs: number
  /** Those that the bot was given in the "developer portal". */
  privilegedIntents: (typeof PRIVILEGED_INTENTS)[number][]
}

export const startingSettings = ({ identifyWindowMs, heartbeatIntervalMs }: Rules): Settings => ({
  maxConcurrency: 1,
  identifyBudget: 1_000,
  recommendedShards: 1,
  identifyWindowMs,
  heartbeatIntervalMs,
  latencyMs: 0,
  privilegedIntents: [...PRIVILEGED_INTENTS],
})
