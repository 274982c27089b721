import { type Clock, type Log, reasonOf } from '@shardlight/service'
import type { ClusterTable } from '@shardlight/shard-registry'
import type { Incident } from '@shardlight/status-client'
import type { Directory } from '../directory.ts'
import { RecordsAwayError } from '../records.ts'
import { createDownSpells } from './down-spells.ts'
import { readEndedSpells } from './ended-spells.ts'
import type { IncidentLedger, IncidentStore } from './incident-store.ts'
import { advanceMaintenance, isDue, isRunning } from './maintenance.ts'
import { changeOutage, changesAnything, openOutage, resolveOutage } from './outages.ts'
import { type OutagePlan, planOutages } from './plan-outages.ts'

const TICK_MS = 5_000
/** A process that was itself asleep has seen nothing meanwhile. */
const ASLEEP_MS = 4 * TICK_MS

/**
 * Opens an incident for what is down for longer than a minute, ends it when that is back, and begins and ends planned
 * maintenance. Any number of replicas may run it; while PostgreSQL is away it tries again.
 */
export function startIncidentDetector({
  store,
  directory,
  isTrusted,
  healthTimeoutMs,
  clock,
  registryNowMs,
  nowMs = Date.now,
  onWrite = () => {},
  log,
}: {
  store: IncidentStore
  directory: Pick<Directory, 'clusters'>
  /** Whether the picture is current; what is only remembered proves nothing. */
  isTrusted: () => boolean
  healthTimeoutMs: number
  clock: Clock
  /** By which the registry says since when a shard is in its state. */
  registryNowMs: () => number
  /** The wall clock, by which maintenance is planned. */
  nowMs?: () => number
  onWrite?: () => void
  log: Log
}): AsyncDisposable {
  const stopping = new AbortController()
  const mayOpenAtMs = clock.nowMs() + healthTimeoutMs
  const spells = createDownSpells()
  let lastTickMs = clock.nowMs()
  let isFailing = false

  function look(): ClusterTable[] {
    const atMs = clock.nowMs()
    const slept = atMs - lastTickMs > ASLEEP_MS
    lastTickMs = atMs
    const tables = isTrusted() ? directory.clusters() : []
    if (slept || tables.length === 0) spells.forgetAll()
    for (const table of tables) spells.see(table, atMs)
    return tables
  }

  function plan(
    table: ClusterTable,
    unresolved: readonly Incident[],
    ended: ReadonlySet<number> = new Set(),
  ): OutagePlan[] {
    const ours = unresolved.filter(({ cluster }) => cluster === table.name)
    const isPlanned = ours.some(incident => isRunning(incident, nowMs()))
    // What maintenance has left behind has a minute after its end.
    if (isPlanned) spells.forget(table.name)
    return planOutages({
      table,
      open: ours.filter(({ kind }) => kind === 'outage'),
      lastedMs: shard => spells.lastedMs(table.name, shard, clock.nowMs()),
      isEnded: shard => ended.has(shard),
      mayOpen: !isPlanned && clock.nowMs() >= mayOpenAtMs,
    }).filter(changesAnything)
  }

  const downForMs = (table: ClusterTable) => (shard: number) => {
    const rememberedMs = registryNowMs() - (table.get(shard)?.sinceMs ?? registryNowMs())
    return spells.downForMs(table.name, shard, { nowMs: clock.nowMs(), rememberedMs })
  }

  async function carryOut(ledger: IncidentLedger, table: ClusterTable, planned: OutagePlan): Promise<void> {
    if (planned.act === 'change') await changeOutage(ledger, planned)
    else if (planned.act === 'resolve') await resolveOutage(ledger, planned)
    else await openOutage(ledger, { ...planned, cluster: table.name, downForMs: downForMs(table) })
  }

  async function tick(): Promise<void> {
    const tables = look()
    const seen = await store.unresolved()
    const isNothingToDo =
      tables.every(table => plan(table, seen).length === 0) && !seen.some(one => isDue(one, nowMs()))
    if (isNothingToDo) return
    await store.write(async ledger => {
      for (const incident of await ledger.unresolved()) await advanceMaintenance(ledger, incident)
      // Another replica may have done it since: what is left is planned anew, while nobody else writes.
      const unresolved = await ledger.unresolved()
      for (const table of tables) {
        if (plan(table, unresolved).length === 0) continue
        const ended = await readEndedSpells(ledger, table, downForMs(table))
        for (const planned of plan(table, unresolved, ended)) await carryOut(ledger, table, planned)
      }
    })
    onWrite()
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await tick()
        isFailing = false
      } catch (error) {
        // Records say themselves that they are away.
        if (!isFailing && !(error instanceof RecordsAwayError))
          log.error({ err: error }, `incidents cannot be kept: ${reasonOf(error)}`)
        isFailing = true
      }
      await clock.sleepUntil(clock.nowMs() + TICK_MS, stopping.signal).catch(() => {})
    }
  }

  const running = run()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}
