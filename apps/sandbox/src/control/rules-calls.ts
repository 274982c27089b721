import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { SettingsView } from '../control-api.ts'
import type { Core } from '../core.ts'
import { FAULT_KINDS, type Fault, faultSchema, readRoute, routeMatches } from '../faults.ts'
import { restRoutes } from '../rest/routes.ts'
import { PRIVILEGED_INTENTS } from '../settings.ts'
import { missing, readInput, wrong } from './control-error.ts'
import { ledgerView } from './ledger-view.ts'

const settingsSchema = z.strictObject({
  maxConcurrency: z.int().min(1).max(1_024).optional(),
  identifyBudget: z.int().min(0).optional(),
  recommendedShards: z.int().min(1).max(16_384).optional(),
  latencyMs: z.int().min(0).max(60_000).optional(),
  identifyWindowMs: z.int().min(0).max(600_000).optional(),
  heartbeatIntervalMs: z.int().min(10).max(600_000).optional(),
  identifyBudgetResetMs: z.int().min(0).max(86_400_000).optional(),
  privilegedIntents: z.array(z.enum(PRIVILEGED_INTENTS)).optional(),
})

const kindSchema = z.looseObject({ kind: z.string() })

function readFault(body: unknown): Fault {
  const { kind } = readInput(kindSchema, body)
  if (!FAULT_KINDS.some(known => known === kind))
    throw wrong('kind', `there is no "${kind}"; there are ${FAULT_KINDS.join(', ')}`)
  return readInput(faultSchema, body)
}

function mustExist(route: string): void {
  const { method, segments } = readRoute(route)
  const exists = restRoutes.some(
    known =>
      (method ?? known.method) === known.method && routeMatches(segments.join('/'), known.method, known.path),
  )
  if (!exists)
    throw wrong('route', `"${route}" is no route of the sandbox; write it like POST /channels/:id/messages`)
}

/** Strikes the connected sessions of a shard at once. */
function strike(
  core: Core,
  fault: Extract<Fault, { kind: 'gateway-close' | 'reconnect' | 'invalid-session' | 'zombie' }>,
): number {
  const struck = core.sessions.ofShard(fault.shardId)
  if (struck.length === 0) throw missing('shardId', `shard ${fault.shardId} has no connected session`)
  for (const { outlet } of struck) {
    if (!outlet) continue
    if (fault.kind === 'gateway-close') outlet.close(fault.code)
    else if (fault.kind === 'reconnect') outlet.askToReconnect()
    else if (fault.kind === 'invalid-session') outlet.invalidate(fault.resumable)
    else outlet.silent = true
  }
  return struck.length
}

/** What the bot did, the rules of today, and what is to go wrong. */
export function rulesCalls(app: FastifyInstance, core: Core): void {
  app.get('/ledger', async () => ledgerView(core))

  app.get('/settings', async (): Promise<SettingsView> => core.settings)

  app.post('/settings', async ({ body }): Promise<SettingsView> => {
    const { identifyBudgetResetMs, ...change } = readInput(settingsSchema, body)
    Object.assign(core.settings, withoutAbsent(change))
    if (change.identifyBudget !== undefined) {
      core.limit.refill()
      core.credentials.restore()
    }
    if (identifyBudgetResetMs !== undefined) core.limit.resetIn(identifyBudgetResetMs)
    return core.settings
  })

  app.post('/faults', async ({ body }) => {
    const fault = readFault(body)
    if ('route' in fault) mustExist(fault.route)
    switch (fault.kind) {
      case 'gateway-close':
      case 'reconnect':
      case 'invalid-session':
      case 'zombie':
        return { sessions: strike(core, fault) }
      case 'stream-cut':
        return { connections: core.wikipedia.server.cut() }
      case 'stream-duplicate':
        core.wikipedia.server.double(fault.times)
        return {}
      case 'stream-status':
        core.wikipedia.server.refuse(fault.status, fault.times)
        return {}
      default:
        core.faults.add(fault)
        return {}
    }
  })

  app.delete('/faults', async () => {
    core.faults.clear()
    core.wikipedia.server.clearFaults()
    for (const { outlet } of core.sessions.connected()) if (outlet) outlet.silent = false
    return {}
  })
}

const withoutAbsent = <Value extends object>(value: Value) =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined))
