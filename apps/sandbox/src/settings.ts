export const PRIVILEGED_INTENTS = ['GUILD_MEMBERS', 'GUILD_PRESENCES', 'MESSAGE_CONTENT'] as const

/** The rules of today, which `POST /sandbox/settings` changes. */
export type Settings = {
  maxConcurrency: number
  /** IDENTIFYs a day. */
  identifyBudget: number
  recommendedShards: number
  /** Added to every answer of REST and everything the gateway sends. */
  latencyMs: number
  /** Those that the bot was given in the "developer portal". */
  privilegedIntents: (typeof PRIVILEGED_INTENTS)[number][]
}

export const startingSettings = (): Settings => ({
  maxConcurrency: 1,
  identifyBudget: 1_000,
  recommendedShards: 1,
  latencyMs: 0,
  privilegedIntents: [...PRIVILEGED_INTENTS],
})
