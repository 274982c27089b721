import websocket from '@fastify/websocket'
import type { Log, Metrics } from '@shardlight/service'
import type { ShardRegistry } from '@shardlight/shard-registry'
import { type FastifyInstance, fastify } from 'fastify'
import type { StatusConfig } from './config.ts'
import { createDirectory } from './directory.ts'
import { type DoorsConfig, openDoors } from './doors/open-doors.ts'
import { probeRoutes } from './doors/probe-routes.ts'
import { serverOptions } from './doors/server-options.ts'
import { startGlanceFeed } from './glance/feed.ts'
import { glancePushRoutes } from './glance/push-routes.ts'
import { openHistory } from './history/open-history.ts'
import { openIncidents } from './incidents/open-incidents.ts'
import { createStatusMetrics } from './metrics.ts'
import { openapi } from './openapi/openapi.ts'
import { pageRoutes } from './page-routes.ts'
import type { Records } from './records.ts'
import { answerErrors } from './request-error.ts'
import { startFeed } from './v2/feed.ts'
import { feedRoute } from './v2/feed-route.ts'
import { pushRoutes } from './v2/push-routes.ts'
import { readRoutes } from './v2/read-routes.ts'
import { openWebhooks } from './webhooks/open-webhooks.ts'

/** Viewers have nothing to say. */
const MOST_FRAME_BYTES = 1024

/** All routes, not yet listening; closing it ends the feeds too. */
export async function buildApp({
  registry,
  records,
  config,
  metrics,
  log,
}: {
  registry: ShardRegistry
  records: Records
  config: DoorsConfig &
    Pick<
      StatusConfig,
      'brand' | 'glanceBots' | 'glancePassphrase' | 'healthTimeoutMs' | 'publicUrl' | 'webhooks'
    >
  metrics: Metrics
  log: Log
}): Promise<FastifyInstance> {
  const app = fastify(serverOptions(config))
  await app.register(websocket, {
    options: { maxPayload: MOST_FRAME_BYTES, perMessageDeflate: false },
    // The feeds take leave of their viewers themselves, and say that these may come back.
    preClose: done => done(),
  })
  const doors = await openDoors({
    app,
    config,
    log,
    nowMs: () => performance.now(),
    onTokensChange: () => directory.expectAll(),
    onTurnedAway: door => statusMetrics.turnedAway.inc({ door }),
  })
  const directory = createDirectory({
    registry,
    tokens: doors.tokens.byCluster,
    glanceBots: config.glanceBots,
  })
  const statusMetrics = createStatusMetrics({ metrics, directory })
  const { requireOperator } = doors
  const incidents = openIncidents({ registry, directory, records, requireOperator, log, ...config })
  const feed = startFeed({
    registry,
    directory,
    incidentsRevision: () => incidents.watch.known?.revision,
    onSlow: () => statusMetrics.slowViewers.inc({ api: 'v2' }),
  })
  const glanceFeed = startGlanceFeed({
    registry,
    directory,
    onSlow: () => statusMetrics.slowViewers.inc({ api: 'glance' }),
  })
  const history = openHistory({ registry, directory, records, metrics, log, ...config })
  const webhooks = openWebhooks({
    targets: config.webhooks,
    incidents: incidents.store,
    records,
    log,
    metrics,
    publicUrl: config.publicUrl,
  })
  statusMetrics.watchRecords(records)
  statusMetrics.countViewers({ v2: () => feed.viewers, glance: () => glanceFeed.viewers })
  app.addHook('preClose', async () => {
    await Promise.all(
      [feed, glanceFeed, doors, history, incidents, webhooks].map(part => part[Symbol.asyncDispose]()),
    )
  })

  app.setErrorHandler(answerErrors(log))
  app.addHook('onResponse', async ({ method }, { statusCode }) => {
    if ((method === 'POST' || method === 'PUT') && statusCode >= 400)
      statusMetrics.refusedPushes.inc({ status: statusCode })
  })
  await app.register(probeRoutes({ registry, records, metrics }))
  await app.register(pushRoutes({ registry, requirePusher: doors.requirePusher, statusMetrics }))
  await app.register(readRoutes({ directory, feed }))
  await app.register(history.routes)
  await app.register(incidents.routes)
  await app.register(feedRoute({ feed }))
  await app.register(
    glancePushRoutes({
      registry,
      bots: config.glanceBots,
      passphrase: config.glancePassphrase,
      refusals: doors.refusals,
      statusMetrics,
    }),
  )
  await app.register(glanceFeed.routes)
  await app.register(pageRoutes({ directory, incidents: incidents.watch, brand: config.brand }))
  app.get('/openapi.json', async () => openapi)
  return app
}
