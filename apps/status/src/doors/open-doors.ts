import type { Log } from '@shardlight/service'
import type { FastifyInstance } from 'fastify'
import type { StatusConfig } from '../config.ts'
import { createViewerDoor } from './admit-viewer.ts'
import { answerNotFound } from './answer-not-found.ts'
import { guardRequests } from './guard-requests.ts'
import { type KeptTokens, openTokens } from './kept-tokens.ts'
import { createRateLimit } from './rate-limit.ts'
import { createRefusals, type Refusals } from './refusals.ts'
import { type RequireToken, requireToken } from './require-token.ts'
import { listRoutes } from './route-list.ts'

export type DoorsConfig = Pick<
  StatusConfig,
  | 'tokens'
  | 'operatorTokens'
  | 'origins'
  | 'trustProxy'
  | 'readsPerMinute'
  | 'refusalsPerMinute'
  | 'mostViewers'
  | 'mostViewersPerAddress'
>

/** Besides viewers: pushes, probes, people who read. */
const MOST_OTHER_CONNECTIONS = 10_000
/** A viewer comes back when the line breaks, and when we restart all of them do. */
const OPENS_A_MINUTE_PER_VIEWER = 6

export type TurnedAway = 'read' | 'token' | 'viewer'

/** Everything that decides who may come in. */
export type Doors = AsyncDisposable & {
  /** Of those who push, so also which clusters there are. */
  tokens: KeptTokens
  requirePusher: RequireToken
  requireOperator: RequireToken
  refusals: Refusals
}

/**
 * Guards every route that is registered from now on.
 * @throws {ConfigError} when a file of tokens is wrong.
 */
export async function openDoors({
  app,
  config,
  log,
  nowMs,
  onTokensChange,
  onTurnedAway,
}: {
  app: FastifyInstance
  config: DoorsConfig
  log: Log
  nowMs: () => number
  /** A file of tokens has changed, so there may be other clusters. */
  onTokensChange: () => void
  onTurnedAway: (door: TurnedAway) => void
}): Promise<Doors> {
  await using opened = new AsyncDisposableStack()
  const tokens = opened.use(await openTokens(config.tokens, { log, onChange: onTokensChange }))
  const operatorTokens = opened.use(await openTokens(config.operatorTokens, { log }))
  const limit = (perMinute: number) => createRateLimit({ perMinute, nowMs })
  const refusals = createRefusals({
    limit: limit(config.refusalsPerMinute),
    nowMs,
    onTurnedAway: () => onTurnedAway('token'),
  })
  const routes = listRoutes(app)
  app.server.maxConnections = config.mostViewers + MOST_OTHER_CONNECTIONS
  // What is sent to us is JSON, or not read at all.
  app.removeContentTypeParser('text/plain')
  app.setNotFoundHandler(answerNotFound(routes))
  guardRequests(app, {
    routes,
    reads: limit(config.readsPerMinute),
    admitViewer: createViewerDoor({
      ...config,
      opens: limit(config.mostViewersPerAddress * OPENS_A_MINUTE_PER_VIEWER),
    }),
    onTurnedAway,
    trustsProxy: config.trustProxy !== false,
    log,
  })
  // The feeds only speak; what a viewer says is not for us, and may be the begin of something bad.
  app.websocketServer.on('connection', socket =>
    socket.on('message', () => socket.close(1008, 'viewers have nothing to say')),
  )
  const open = opened.move()
  return {
    tokens,
    requirePusher: requireToken({ scope: 'push', tokens, refusals }),
    requireOperator: requireToken({ scope: 'operator', tokens: operatorTokens, refusals }),
    refusals,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
