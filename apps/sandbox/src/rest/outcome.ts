import type { Log } from '@shardlight/service'
import { RESTJSONErrorCodes as Code } from 'discord-api-types/v10'
import type { BotLimits } from './limits.ts'
import { RestError } from './rest-error.ts'

export type Outcome = { status: number; headers: Record<string, string>; body: unknown }

/** 429; every scope but `shared` counts towards the ban. */
export function tooMany(
  limits: BotLimits,
  retryAfterMs: number,
  scope: 'user' | 'global' | 'shared',
): Outcome {
  const seconds = Math.ceil(retryAfterMs) / 1_000
  if (scope !== 'shared') limits.countInvalid()
  return {
    status: 429,
    headers: {
      'retry-after': String(Math.ceil(seconds)),
      'x-ratelimit-scope': scope,
      ...(scope === 'global' && { 'x-ratelimit-global': 'true' }),
    },
    body: { message: 'You are being rate limited.', retry_after: seconds, global: scope === 'global' },
  }
}

/** Cloudflare's answer to an address that sent 10,000 invalid requests in ten minutes. */
export function banned(limits: BotLimits): Outcome | undefined {
  const leftMs = limits.bannedForMs()
  if (leftMs === 0) return undefined
  return {
    status: 429,
    headers: { 'retry-after': String(Math.ceil(leftMs / 1_000)), 'content-type': 'text/plain' },
    body: 'error code: 1015',
  }
}

const CODE_OF_STATUS: Record<number, number> = { 400: 50_109, 413: Code.RequestEntityTooLarge }

/** What a request gets whose handling threw. */
export function failed(
  error: unknown,
  { limits, log, url }: { limits: BotLimits; log: Log; url: string },
): Outcome {
  if (error instanceof RestError) {
    if (error.status === 401 || error.status === 403) limits.countInvalid()
    return { status: error.status, headers: {}, body: error.body }
  }
  const status = statusOf(error)
  if (status < 500) {
    const message = `${status}: ${error instanceof Error ? error.message : error}`
    return { status, headers: {}, body: { message, code: CODE_OF_STATUS[status] ?? 0 } }
  }
  log.error({ err: error, url }, 'a request failed')
  return { status: 500, headers: {}, body: { message: '500: Internal Server Error', code: 0 } }
}

const statusOf = (error: unknown): number =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : 500
