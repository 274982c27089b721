import type { Log } from '@shardlight/service'
import type { StatusConfig } from '../config.ts'
import { type KeptTokens, openTokens } from './kept-tokens.ts'
import { createRateLimit } from './rate-limit.ts'
import { createRefusals, type Refusals } from './refusals.ts'
import { type RequireToken, requireToken } from './require-token.ts'

export type DoorsConfig = Pick<StatusConfig, 'tokens' | 'operatorTokens' | 'refusalsPerMinute'>

/** Everything that decides who may come in. */
export type Doors = AsyncDisposable & {
  /** Of those who push, so also which clusters there are. */
  tokens: KeptTokens
  requirePusher: RequireToken
  requireOperator: RequireToken
  refusals: Refusals
}

/** @throws {ConfigError} when a file of tokens is wrong. */
export async function openDoors({
  config,
  log,
  nowMs,
  onTokensChange,
}: {
  config: DoorsConfig
  log: Log
  nowMs: () => number
  /** A file of tokens has changed, so there may be other clusters. */
  onTokensChange: () => void
}): Promise<Doors> {
  await using opened = new AsyncDisposableStack()
  const tokens = opened.use(await openTokens(config.tokens, { log, onChange: onTokensChange }))
  const operatorTokens = opened.use(await openTokens(config.operatorTokens, { log }))
  const refusals = createRefusals(createRateLimit({ perMinute: config.refusalsPerMinute, nowMs }))
  const open = opened.move()
  return {
    tokens,
    requirePusher: requireToken({ scope: 'push', tokens, refusals }),
    requireOperator: requireToken({ scope: 'operator', tokens: operatorTokens, refusals }),
    refusals,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
