import { eventually } from '@shardlight/testing'
import { expect, it } from 'vitest'
import type { NoticeLevel } from './notice-level.ts'
import { MOST_NOTICE_SOURCES, MOST_NOTICES, type PushedNotice } from './notices.ts'
import { type Change, MostSourcesError, type ShardRegistry } from './shard-registry.ts'
import { ShardState } from './shard-state.ts'

export type RegistryHarness = AsyncDisposable & {
  registry: ShardRegistry
  /** Lets that many health timeouts pass. */
  passTimeouts(count: number): Promise<void>
}

/** The lifetime of notices in the harness, in health timeouts. */
export const NOTICE_TIMEOUTS = 2

const { Unknown, Unhealthy, Offline, Online, Starting, Stopping, Resuming } = ShardState

/** What every registry promises; each adapter runs it with parts as real as they come. */
export function registryContract(open: () => Promise<RegistryHarness>): void {
  const states = (registry: ShardRegistry, cluster = 'main') => [...(registry.cluster(cluster)?.states ?? [])]

  const shards = (...given: ShardState[]) => given.map((state, id) => ({ id, state }))

  const sweepUntil = (registry: ShardRegistry, wanted: ShardState[]) =>
    eventually(`states are ${wanted}`, async () => {
      await registry.sweep()
      return states(registry).join() === wanted.join()
    })

  it('shows what a whole process pushed as soon as the push resolves', async () => {
    await using harness = await open()
    const { registry } = harness
    await registry.push('main', {
      totalShards: 4,
      process: { id: 'a', pid: 7, version: '1.0.0' },
      shards: [
        { id: 0, state: Online, pingMs: 41.5, guilds: 12 },
        { id: 1, state: Resuming },
      ],
    })
    expect(states(registry)).toEqual([Online, Resuming, Unknown, Unknown])
    expect(registry.cluster('main')?.get(0)).toMatchObject({ pingMs: 41.5, guilds: 12, processId: 'a' })
    expect(registry.cluster('main')?.get(3)).toBeUndefined()
    expect(registry.cluster('main')?.processes.get('a')).toMatchObject({ pid: 7, version: '1.0.0' })
    expect(registry.cluster('main')?.guilds()).toBe(12)
  })

  it('keeps since while a state lasts, and lets the last push to arrive win', async () => {
    await using harness = await open()
    const { registry } = harness
    const push = (state: ShardState) => registry.push('main', { totalShards: 1, shards: [{ id: 0, state }] })
    await push(Online)
    const first = registry.cluster('main')?.get(0)
    await harness.passTimeouts(0.2)
    await push(Online)
    const second = registry.cluster('main')?.get(0)
    expect(second?.sinceMs).toBe(first?.sinceMs)
    expect(second?.lastHealthyMs).toBeGreaterThan(first?.lastHealthyMs ?? 0)
    await push(Resuming)
    expect(registry.cluster('main')?.get(0)?.state).toBe(Resuming)
    expect(registry.cluster('main')?.get(0)?.sinceMs).toBeGreaterThan(first?.sinceMs ?? 0)
  })

  it('tells the time by the clock that its records are by', async () => {
    await using harness = await open()
    const { registry } = harness
    await registry.push('main', { shards: shards(Online) })
    const ageMs = registry.nowMs() - (registry.cluster('main')?.get(0)?.lastHealthyMs ?? 0)
    // What a clock on the other side of a socket says is known to within half of what asking it took.
    expect(Math.abs(ageMs)).toBeLessThan(60_000)
  })

  it('keeps the guilds that a later push does not mention, but not the ping', async () => {
    await using harness = await open()
    const { registry } = harness
    await registry.push('main', { shards: [{ id: 0, state: Online, pingMs: 40, guilds: 9 }] })
    await registry.push('main', { shards: [{ id: 0, state: Unhealthy }] })
    expect(registry.cluster('main')?.get(0)).toMatchObject({ guilds: 9, pingMs: null, state: Unhealthy })
  })

  it('turns shards that are silent unhealthy, but not those that are meant to be', async () => {
    await using harness = await open()
    const { registry } = harness
    await registry.push('main', {
      totalShards: 7,
      shards: shards(Unknown, Unhealthy, Offline, Online, Starting, Stopping, Resuming),
    })
    expect(await registry.sweep()).toBe(0)
    await harness.passTimeouts(1)
    await sweepUntil(registry, [Unknown, Unhealthy, Offline, Unhealthy, Unhealthy, Stopping, Unhealthy])
  })

  it('calls a stop that is silent for ten timeouts what it is', async () => {
    await using harness = await open()
    const { registry } = harness
    await registry.push('main', { shards: shards(Stopping, Offline) })
    await harness.passTimeouts(10)
    await sweepUntil(registry, [Unhealthy, Offline])
  })

  it('lets health revive the unknown and the unhealthy, and never what is offline on purpose', async () => {
    await using harness = await open()
    const { registry } = harness
    await registry.push('main', { totalShards: 4, shards: shards(Unhealthy, Offline, Starting) })
    for (const shard of [0, 1, 2, 3]) await registry.health('main', shard)
    expect(states(registry)).toEqual([Online, Offline, Starting, Online])
  })

  it('grows with the shards it sees, and shrinks when a push says so', async () => {
    await using harness = await open()
    const { registry } = harness
    await registry.push('main', { shards: [{ id: 5, state: Online }] })
    expect(registry.cluster('main')?.totalShards).toBe(6)
    await registry.push('main', { totalShards: 2, shards: shards(Online, Online) })
    expect(states(registry)).toEqual([Online, Online])
    await registry.push('main', { totalShards: 6, shards: shards(Online, Online) })
    expect(states(registry)).toEqual([Online, Online, Unknown, Unknown, Unknown, Unknown])
  })

  it('shows a cluster of the configuration before anybody has pushed', async () => {
    await using harness = await open()
    harness.registry.expect('other', 3)
    expect(states(harness.registry, 'other')).toEqual([Unknown, Unknown, Unknown])
    expect(harness.registry.clusters().map(({ name }) => name)).toEqual(['other'])
  })

  it('tells listeners what changed, in order, with the difference between state and health', async () => {
    await using harness = await open()
    const { registry } = harness
    await registry.push('main', { totalShards: 2, shards: [{ id: 0, state: Online }] })
    const heard: [number, string, number][] = []
    const note = (changes: Change[]) => {
      for (const { shard, kind, record } of changes) heard.push([shard, kind, record.state])
    }
    using _ = registry.subscribe({ changed: note, noticed() {}, reset() {} })
    await registry.push('main', { totalShards: 2, shards: shards(Online, Starting) })
    await registry.health('main', 0)
    await registry.setState('main', 0, Online)
    await registry.push('main', { totalShards: 2, shards: [{ id: 0, state: Unhealthy }] })
    await registry.health('main', 0)
    await registry.push('main', { totalShards: 2, shards: [{ id: 0, state: Offline }] })
    expect(heard).toEqual([
      [0, 'health', Online],
      [1, 'state', Starting],
      [0, 'health', Online],
      [0, 'state', Online],
      [0, 'state', Unhealthy],
      [0, 'revived', Online],
      [0, 'state', Offline],
    ])
  })

  it('keeps clusters apart', async () => {
    await using harness = await open()
    const { registry } = harness
    await registry.push('main', { totalShards: 1, shards: shards(Online) })
    await registry.push('other', { totalShards: 2, shards: shards(Offline, Starting) })
    expect(states(registry)).toEqual([Online])
    expect(states(registry, 'other')).toEqual([Offline, Starting])
  })

  it('keeps to the newest generation while old processes still push, and knows nothing yet of its shards', async () => {
    await using harness = await open()
    const { registry } = harness
    const pushOld = () =>
      registry.push('main', {
        totalShards: 4,
        process: { id: 'old' },
        shards: shards(Online, Online, Online, Online).map(shard => ({ ...shard, guilds: 5 })),
      })
    const pushNew = (...states: ShardState[]) =>
      registry.push('main', {
        totalShards: 8,
        generation: 1,
        process: { id: 'new' },
        shards: shards(...states),
      })
    await pushOld()
    let resets = 0
    using _ = registry.subscribe({
      changed() {},
      noticed() {},
      reset() {
        resets += 1
      },
    })
    await Promise.all([pushOld(), pushNew(Online, Starting), pushOld(), pushNew(Online, Starting), pushOld()])
    expect(states(registry)).toEqual([Online, Starting, ...Array<ShardState>(6).fill(Unknown)])
    expect(registry.cluster('main')?.get(0)).toMatchObject({ processId: 'new', guilds: null })
    expect(registry.cluster('main')?.guilds()).toBeNull()
    expect(resets).toBe(1)
  })

  it('shrinks to the newest generation as it grows to it', async () => {
    await using harness = await open()
    const { registry } = harness
    const all = (count: number) => shards(...Array<ShardState>(count).fill(Online))
    await registry.push('main', { totalShards: 8, generation: 1, shards: all(8) })
    await registry.push('main', { totalShards: 4, generation: 2, shards: all(2) })
    await registry.push('main', { totalShards: 8, generation: 1, shards: all(8) })
    expect(states(registry)).toEqual([Online, Online, Unknown, Unknown])
    await registry.push('main', { totalShards: 4, generation: 2, shards: all(4) })
    expect(states(registry)).toEqual([Online, Online, Online, Online])
  })

  it('listens to an older generation again once the newest has been silent for a timeout', async () => {
    await using harness = await open()
    const { registry } = harness
    await registry.push('main', { totalShards: 8, generation: 3, shards: shards(Starting) })
    await harness.passTimeouts(1)
    await registry.push('main', { totalShards: 2, shards: shards(Online, Online) })
    expect(states(registry)).toEqual([Online, Online])
    await registry.push('main', { totalShards: 8, generation: 3, shards: shards(Starting) })
    expect(registry.cluster('main')?.totalShards).toBe(8)
  })

  it('takes generations that are as large as numbers can be told apart', async () => {
    await using harness = await open()
    const { registry } = harness
    const push = (generation: number, state: ShardState) =>
      registry.push('main', { totalShards: 1, generation, shards: shards(state) })
    const largest = Number.MAX_SAFE_INTEGER
    await push(largest - 1, Online)
    await push(largest, Starting)
    await push(largest - 1, Online)
    expect(states(registry)).toEqual([Starting])
    expect(registry.cluster('main')?.newest.generation).toBe(largest)
  })

  it('keeps the states of a generation that is laid out as the one before', async () => {
    await using harness = await open()
    const { registry } = harness
    await registry.push('main', { totalShards: 2, shards: shards(Online, Online) })
    await registry.push('main', { totalShards: 2, generation: 1, shards: shards(Starting) })
    expect(states(registry)).toEqual([Starting, Online])
  })

  it('keeps reconnects as they were told last, and nothing of what was not told', async () => {
    await using harness = await open()
    const { registry } = harness
    const push = (more: object) =>
      registry.push('main', { process: { id: 'a' }, shards: [{ id: 0, state: Online, ...more }] })
    await push({ reconnects: 3, reconnectedAtMs: 1_700_000_000_000 })
    await registry.health('main', 0)
    expect(registry.cluster('main')?.get(0)).toMatchObject({
      reconnects: 3,
      reconnectedAtMs: 1_700_000_000_000,
    })
    await push({})
    expect(registry.cluster('main')?.get(0)).toMatchObject({ reconnects: null, reconnectedAtMs: null })
  })

  const total = (count: number, state: ShardState) => shards(...Array<ShardState>(count).fill(state))
  const pushComing = (registry: ShardRegistry, pushed: ReturnType<typeof shards>, generation = 1) =>
    registry.push('main', {
      totalShards: 8,
      generation,
      isComing: true,
      process: { id: '0', pid: 80 },
      shards: pushed.map(shard => ({ ...shard, guilds: 2 })),
    })
  const pushPresent = (registry: ShardRegistry) =>
    registry.push('main', { totalShards: 4, process: { id: '0', pid: 40 }, shards: total(4, Online) })

  it('keeps the layout that is coming beside the present one, and tells nobody that shards have changed', async () => {
    await using harness = await open()
    const { registry } = harness
    await pushPresent(registry)
    const heard: string[] = []
    using _ = registry.subscribe({
      changed: () => heard.push('changed'),
      noticed() {},
      reset: () => heard.push('reset'),
    })
    await pushComing(registry, shards(Online, Starting))
    expect(heard).toEqual([])
    expect(states(registry)).toEqual([Online, Online, Online, Online])
    const coming = registry.cluster('main')?.coming
    expect([...(coming?.states ?? [])]).toEqual([Online, Starting, ...Array<ShardState>(6).fill(Unknown)])
    expect(coming?.newest.generation).toBe(1)
    expect(coming?.processes.get('0')?.pid).toBe(80)
    expect(registry.cluster('main')?.processes.get('0')?.pid).toBe(40)
    expect(registry.clusters().map(({ name }) => name)).toEqual(['main'])
  })

  it('goes over to the layout that was coming without forgetting what is known of it', async () => {
    await using harness = await open()
    const { registry } = harness
    await pushPresent(registry)
    await pushComing(registry, total(8, Online))
    const seen: string[] = []
    const look = () => void seen.push(states(registry).join(''))
    using _ = registry.subscribe({ changed: look, noticed() {}, reset: look })
    await registry.push('main', {
      totalShards: 8,
      generation: 1,
      process: { id: '0', pid: 80 },
      shards: shards(Online, Online),
    })
    expect(states(registry)).toEqual(total(8, Online).map(({ state }) => state))
    expect(seen.every(all => all === '33333333')).toBe(true)
    expect(registry.cluster('main')?.coming).toBeUndefined()
    expect(registry.cluster('main')?.get(7)).toMatchObject({ guilds: 2, processId: '0' })
    expect(registry.cluster('main')?.processes.get('0')?.pid).toBe(80)
    // Pushes that were under way.
    await pushComing(registry, total(8, Starting))
    await pushPresent(registry)
    expect(registry.cluster('main')?.coming).toBeUndefined()
    expect(states(registry)).toEqual(total(8, Online).map(({ state }) => state))
  })

  it('turns what it took over unhealthy when it falls silent', async () => {
    await using harness = await open()
    const { registry } = harness
    await pushPresent(registry)
    await pushComing(registry, total(8, Online))
    await registry.push('main', { totalShards: 8, generation: 1, shards: total(8, Online).slice(0, 1) })
    await harness.passTimeouts(1)
    await sweepUntil(registry, Array<ShardState>(8).fill(Unhealthy))
  })

  it('forgets a layout that was coming when it falls silent or a later one serves, and begins anew with a later one', async () => {
    await using harness = await open()
    const { registry } = harness
    await pushPresent(registry)
    await pushComing(registry, total(8, Online))
    await pushComing(registry, total(1, Starting), 2)
    expect([...(registry.cluster('main')?.coming?.states ?? [])].slice(0, 2)).toEqual([Starting, Online])
    await harness.passTimeouts(1)
    await pushPresent(registry)
    await eventually('it was given up', async () => {
      await registry.sweep()
      await pushPresent(registry)
      return registry.cluster('main')?.coming === undefined
    })
    expect(states(registry)).toEqual([Online, Online, Online, Online])
    await pushComing(registry, total(8, Online), 3)
    await registry.push('main', { totalShards: 2, generation: 4, shards: total(2, Online) })
    expect(registry.cluster('main')?.coming).toBeUndefined()
    expect(states(registry)).toEqual([Online, Online])
  })

  const notice = (id: string, level: NoticeLevel = 'info', more: Partial<PushedNotice> = {}) => ({
    id,
    level,
    text: `This is ${id}`,
    ...more,
  })
  const ids = (registry: ShardRegistry) => registry.cluster('main')?.notices.all.map(({ id }) => id)

  it('shows what its sources tell, the gravest first, and forgets what a source no longer tells', async () => {
    await using harness = await open()
    const { registry } = harness
    const heard: string[] = []
    using _ = registry.subscribe({
      changed() {},
      noticed: cluster => heard.push(`${cluster} ${ids(registry)}`),
      reset() {},
    })
    const tell = (source: string, ...notices: PushedNotice[]) =>
      registry.setNotices('main', { source, notices })
    await tell('manager', notice('a'), notice('b', 'warning', { shards: [4, 7] }))
    await tell('watch', notice('c', 'problem'))
    await tell('manager', notice('a'), notice('b', 'warning', { shards: [4, 7] }))
    expect(registry.cluster('main')?.notices.ofShard(7)).toMatchObject([
      { id: 'b', source: 'manager', text: 'This is b' },
    ])
    expect(registry.cluster('main')?.notices.ofShard(5)).toEqual([])
    await tell('manager', notice('a'))
    await tell('watch')
    expect(heard).toEqual(['main b,a', 'main c,b,a', 'main c,a', 'main a'])
  })

  it('says since when a notice is told, by its source or by when it came first', async () => {
    await using harness = await open()
    const { registry } = harness
    const since = () => registry.cluster('main')?.notices.all.map(({ sinceMs }) => sinceMs)
    const tell = (text: string) =>
      registry.setNotices('main', {
        source: 'manager',
        notices: [notice('told', 'problem', { sinceMs: 1_000 }), notice('first', 'info', { text })],
      })
    await tell('1 of 8 ready')
    const before = since()
    await harness.passTimeouts(0.2)
    await tell('2 of 8 ready')
    expect(since()).toEqual(before)
    expect(before?.[0]).toBe(1_000)
    expect(before?.[1]).toBeGreaterThan(1_000)
  })

  it('takes down the notices of a source that has fallen silent, and of no other', async () => {
    await using harness = await open()
    const { registry } = harness
    const tell = (source: string) => registry.setNotices('main', { source, notices: [notice(source)] })
    await tell('dead')
    await tell('alive')
    await harness.passTimeouts(NOTICE_TIMEOUTS * 0.6)
    await tell('alive')
    const heard: string[] = []
    using _ = registry.subscribe({ changed() {}, noticed: cluster => heard.push(cluster), reset() {} })
    await harness.passTimeouts(NOTICE_TIMEOUTS * 0.6)
    await eventually('the dead one is silent', async () => {
      await tell('alive')
      await registry.sweep()
      return ids(registry)?.join() === 'alive'
    })
    expect(heard).toEqual(['main'])
  })

  it('refuses more sources of notices than there may be, until one of them is silent', async () => {
    await using harness = await open()
    const { registry } = harness
    const tell = (source: string, cluster = 'main') =>
      registry.setNotices(cluster, { source, notices: [notice('a')] })
    const sources = Array.from({ length: MOST_NOTICE_SOURCES + 4 }, (_, at) => `source-${at}`)
    const told = await Promise.allSettled(sources.map(source => tell(source)))
    expect(ids(registry)).toHaveLength(MOST_NOTICE_SOURCES)
    const refused = told.flatMap(one => (one.status === 'rejected' ? [one.reason] : []))
    expect(refused).toEqual(Array(4).fill(expect.any(MostSourcesError)))
    await tell('source-0')
    await tell('another', 'other')
    await registry.setNotices('main', { source: 'source-0', notices: [] })
    await tell('another')
    await harness.passTimeouts(NOTICE_TIMEOUTS * 1.1)
    for (const source of sources.slice(-MOST_NOTICE_SOURCES)) await tell(source)
  })

  it('shows the gravest of very many notices, and of a shard those that name it', async () => {
    await using harness = await open()
    const { registry } = harness
    for (const source of ['one', 'two'])
      await registry.setNotices('main', {
        source,
        notices: Array.from({ length: MOST_NOTICES }, (_, at) =>
          notice(`${source}-${at}`, at === 50 ? 'problem' : 'info', { shards: [at] }),
        ),
      })
    expect(ids(registry)).toHaveLength(MOST_NOTICES)
    expect(ids(registry)?.slice(0, 2)).toEqual(['one-50', 'two-50'])
    const last = MOST_NOTICES - 1
    expect(registry.cluster('main')?.notices.ofShard(last)).toHaveLength(2)
  })

  it('keeps notices when a cluster is laid out anew', async () => {
    await using harness = await open()
    const { registry } = harness
    await registry.push('main', { totalShards: 2, shards: shards(Online, Online) })
    await registry.setNotices('main', { source: 'manager', notices: [notice('resharding')] })
    await registry.push('main', { totalShards: 4, generation: 1, shards: shards(Starting) })
    expect(ids(registry)).toEqual(['resharding'])
  })

  it('takes many pushes at once', async () => {
    await using harness = await open()
    const { registry } = harness
    await Promise.all(
      Array.from({ length: 500 }, (_, id) =>
        registry.push('main', { totalShards: 500, shards: [{ id, state: Online, guilds: 2 }] }),
      ),
    )
    expect(registry.cluster('main')?.counts()[Online]).toBe(500)
    expect(registry.cluster('main')?.guilds()).toBe(1_000)
  })
}
