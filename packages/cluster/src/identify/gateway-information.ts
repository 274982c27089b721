import { z } from 'zod'

const schema = z.object({
  url: z.string(),
  shards: z.int().min(1),
  session_start_limit: z.object({
    total: z.int(),
    remaining: z.int(),
    reset_after: z.int(),
    max_concurrency: z.int().min(1),
  }),
})

export type GatewayInformation = {
  /** Where to connect. */
  url: string
  /** What Discord recommends for a bot of this size. */
  recommendedShards: number
  maxConcurrency: number
  /** IDENTIFYs left today, and when the count begins anew. */
  identifiesLeft: number
  identifiesPerDay: number
  resetAfterMs: number
}

/** The token was refused: trying again cannot help. */
export class TokenRefusedError extends Error {
  constructor() {
    super('Discord refused the bot token (401); check DISCORD_TOKEN')
    this.name = 'TokenRefusedError'
  }
}

/**
 * Asks `GET /gateway/bot`.
 * @param apiUrl such as `https://discord.com/api`
 * @throws {TokenRefusedError}
 */
export async function fetchGatewayInformation({
  apiUrl,
  token,
  signal,
}: {
  apiUrl: string
  token: string
  signal?: AbortSignal
}): Promise<GatewayInformation> {
  const timeout = AbortSignal.timeout(10_000)
  const answer = await fetch(`${apiUrl}/v10/gateway/bot`, {
    headers: { authorization: `Bot ${token}` },
    signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
  })
  if (answer.status === 401) throw new TokenRefusedError()
  if (!answer.ok) throw new Error(`${apiUrl} answered ${answer.status} to GET /gateway/bot`)
  const { url, shards, session_start_limit: limit } = schema.parse(await answer.json())
  return {
    url,
    recommendedShards: shards,
    maxConcurrency: limit.max_concurrency,
    identifiesLeft: limit.remaining,
    identifiesPerDay: limit.total,
    resetAfterMs: limit.reset_after,
  }
}
