import { eventually } from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prometheusIsMissing } from '../src/promtool.ts'
import { metricsOf, readAlerts, readRecordings } from '../src/read-rules.ts'
import { codeIn, readPromises, readRunbooks } from '../src/read-runbooks.ts'
import { startPrometheus } from '../src/start-prometheus.ts'
import { startSystem } from './running-system.ts'

/** A minute of the rules in a second: an hour's window is one of a minute, five minutes are five seconds. */
const FACTOR = 60

describe.skipIf(prometheusIsMissing())(
  'a real Prometheus beside the running system',
  {
    timeout: 300_000,
  },
  () => {
    const opened = new AsyncDisposableStack()
    let system: Awaited<ReturnType<typeof startSystem>>
    let prometheus: Awaited<ReturnType<typeof startPrometheus>>

    beforeAll(async () => {
      system = opened.use(await startSystem())
      prometheus = opened.use(await startPrometheus({ addresses: system.addresses, factor: FACTOR }))
    })
    afterAll(() => opened.disposeAsync())

    const shardsAway = async () =>
      (await prometheus.alerts()).find(
        ({ labels, state }) =>
          labels['alertname'] === 'ShardsAway' && labels['burn'] === 'fast' && state === 'firing',
      )

    it('finds every process by what the manager tells, and reaches all', async () => {
      await eventually('every target is up', async () => {
        const targets = await prometheus.targets()
        expect(targets.filter(({ health }) => health !== 'up')).toEqual([])
        expect(
          targets.map(({ labels }) => [labels['app'], labels['process']].join(' ').trim()).toSorted(),
        ).toEqual([
          'fleet',
          'ingester',
          'manager',
          'prometheus',
          'sandbox',
          'shard-process 0',
          'shard-process 1',
          'status',
        ])
        return true
      })
    })

    it('gets every metric that a rule, a runbook or a promise names', async () => {
      const pages = [...readRunbooks().values(), readPromises()].flatMap(codeIn)
      const rules = [...readAlerts(), ...readRecordings()].map(({ expr }) => expr)
      const read = [...rules, ...pages].flatMap(metricsOf)
      const histogramOf = (name: string) => name.replace(/_(bucket|count|sum)$/, '')
      await eventually('it knows all of them', async () => {
        const known = await prometheus.metadata()
        expect([...new Set(read)].filter(name => !(name in known || histogramOf(name) in known))).toEqual([])
        return true
      })
    })

    it('tells that shards are away while their process keeps dying, and that they are back', async () => {
      expect(await shardsAway()).toBeUndefined()
      // One that dies four times in a row is left alone for minutes.
      const killed = new Set<number>()
      const kill = async () => {
        if (killed.size === 2) return
        const victim = (await system.processes()).find(({ id, state }) => id === 0 && state === 'ready')
        if (!victim?.pid || killed.has(victim.pid)) return
        process.kill(victim.pid, 'SIGKILL')
        killed.add(victim.pid)
      }
      const told = await eventually(
        'the alert fires',
        async () => {
          await kill()
          return shardsAway()
        },
        { withinMs: 140_000, everyMs: 250 },
      )
      expect(told.labels).toMatchObject({ severity: 'page', cluster: 'main' })
      expect(told.annotations['summary']).toBe('The bot does not answer in some servers of main')
      await eventually('the alert ends', async () => (await shardsAway()) === undefined, {
        withinMs: 140_000,
      })
    })
  },
)
