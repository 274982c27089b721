import { describe, expect, it } from 'vitest'
import type { IncidentFields, IncidentStore, NewUpdate } from './incident-store.ts'

const AT = 1_700_000_000_000
const OUTAGE: IncidentFields = {
  cluster: 'main',
  kind: 'outage',
  status: 'investigating',
  impact: 'major',
  title: 'Process 3 is down: shards 48–63',
  processId: '3',
  shards: [
    [48, 63],
    [70, 70],
  ],
  remaining: [[48, 63]],
  startedAtMs: AT - 60_000,
  downAtMs: AT - 60_000,
  resolvedAtMs: null,
  startsAtMs: null,
  endsAtMs: null,
}
const NOTE: IncidentFields = {
  ...OUTAGE,
  kind: 'note',
  processId: null,
  shards: [],
  remaining: [],
  downAtMs: null,
}
const UPDATE: NewUpdate = { by: 'operator', status: 'identified', text: '<b>"we" know</b>', facts: null }

export type OpenedStore = AsyncDisposable & { store: IncidentStore }

/** What every store of incidents promises; `open` gives an empty one with that clock. */
export function incidentStoreContract(open: (nowMs: () => number) => Promise<OpenedStore>): void {
  async function openAt(nowMs = AT) {
    const clock = { nowMs }
    const opened = await open(() => clock.nowMs)
    const { store } = opened
    return {
      store,
      clock,
      insert: (fields: Partial<IncidentFields> = {}) =>
        store.write(ledger => ledger.insert({ ...OUTAGE, ...fields })),
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    }
  }

  describe('a store of incidents', () => {
    it('gives back what was written, with its updates, the oldest first', async () => {
      await using opened = await openAt()
      const { store, insert, clock } = opened
      const id = await insert()
      await store.write(ledger => ledger.append(id, UPDATE))
      clock.nowMs += 5_000
      const facts = { what: 'back' as const, afterMs: 65_000 }
      await store.write(async ledger => {
        const found = await ledger.find(id)
        if (!found) throw new Error('it is not there')
        await ledger.save({ ...found, status: 'resolved', remaining: [], resolvedAtMs: ledger.nowMs })
        await ledger.append(id, { by: 'system', status: 'resolved', text: 'Back after 1 min', facts })
      })
      const found = await store.find(id)
      expect(found).toEqual({
        ...OUTAGE,
        id,
        status: 'resolved',
        remaining: [],
        resolvedAtMs: AT + 5_000,
        revision: expect.any(Number),
        updates: [
          { ...UPDATE, id: expect.any(Number), atMs: AT },
          {
            by: 'system',
            status: 'resolved',
            text: 'Back after 1 min',
            facts,
            id: expect.any(Number),
            atMs: AT + 5_000,
          },
        ],
      })
      expect(await store.find(id + 1)).toBeUndefined()
    })

    it('undoes a write that fails', async () => {
      await using opened = await openAt()
      const { store } = opened
      const before = await store.revision()
      const failing = store.write(async ledger => {
        const id = await ledger.insert(NOTE)
        await ledger.append(id, UPDATE)
        throw new Error('on purpose')
      })
      await expect(failing).rejects.toThrow('on purpose')
      expect([await store.unresolved(), await store.revision()]).toEqual([[], before])
      expect(await store.updatesAfter(0, 10)).toEqual([])
    })

    it('lets one write after the other run, so that two that look first cannot both open the same', async () => {
      await using opened = await openAt()
      const { store } = opened
      const openOnce = () =>
        store.write(async ledger => {
          if (await ledger.latestOutage('main', '3')) return undefined
          await new Promise(resolve => setImmediate(resolve))
          return ledger.insert(OUTAGE)
        })
      const opening = await Promise.all([openOnce(), openOnce(), openOnce()])
      expect(opening.filter(id => id !== undefined)).toHaveLength(1)
      expect(await store.unresolved()).toHaveLength(1)
    })

    it('knows the newest outage of a process, and tells those without one apart', async () => {
      await using opened = await openAt()
      const { store, insert } = opened
      await insert({ resolvedAtMs: AT, remaining: [] })
      const newest = await insert()
      const other = await insert({ processId: null })
      await insert({ ...NOTE })
      const latest = (cluster: string, processId: string | null) =>
        store.write(async ledger => (await ledger.latestOutage(cluster, processId))?.id)
      expect(await latest('main', '3')).toBe(newest)
      expect(await latest('main', null)).toBe(other)
      expect(await latest('second', '3')).toBeUndefined()
    })

    it('knows which shards were in an outage that has ended since a moment', async () => {
      await using opened = await openAt()
      const { store, insert } = opened
      const ended = { remaining: [], resolvedAtMs: AT }
      await insert({ ...ended, resolvedAtMs: AT - 1 })
      await insert({ ...NOTE, ...ended })
      await insert({ ...ended, cluster: 'second' })
      await insert()
      await insert({ ...ended, processId: '4' })
      expect(await store.write(ledger => ledger.outagesEndedSince('main', AT))).toEqual([
        { shards: OUTAGE.shards, resolvedAtMs: AT },
      ])
    })

    it('lists what is unresolved, and what is past by pages, the newest first', async () => {
      await using opened = await openAt()
      const { store, insert } = opened
      const past = { ...NOTE, resolvedAtMs: AT }
      const ids = [
        await insert({ ...past, resolvedAtMs: AT - 1_000 }),
        await insert(past),
        await insert(NOTE),
        await insert({ ...past, cluster: 'second' }),
      ]
      const [oldest, second, unresolved, newest] = ids
      const list = async (page: Partial<Parameters<IncidentStore['past']>[0]>) =>
        (await store.past({ limit: 10, ...page })).map(({ id }) => id)
      expect((await store.unresolved()).map(({ id }) => id)).toEqual([unresolved])
      expect(await list({})).toEqual([newest, second, oldest])
      expect(await list({ limit: 1 })).toEqual([newest])
      expect(await list({ beforeId: newest })).toEqual([second, oldest])
      expect(await list({ cluster: 'second' })).toEqual([newest])
      expect(await list({ sinceMs: AT })).toEqual([newest, second])
    })

    it('lets a consumer follow the updates by their id, each with its incident', async () => {
      await using opened = await openAt()
      const { store, insert } = opened
      expect(await store.lastUpdateId()).toBe(0)
      const [one, other] = [await insert(NOTE), await insert({ ...NOTE, title: 'other' })]
      for (const [id, text] of [
        [one, 'a'],
        [other, 'b'],
        [one, 'c'],
      ] as const)
        await store.write(ledger => ledger.append(id, { ...UPDATE, text }))
      const all = await store.updatesAfter(0, 10)
      expect(all.map(({ update, incident }) => [update.text, incident.id])).toEqual([
        ['a', one],
        ['b', other],
        ['c', one],
      ])
      expect(all[0]?.incident.updates).toHaveLength(2)
      const [first, second] = all.map(({ update }) => update.id)
      expect((await store.updatesAfter(first ?? 0, 1)).map(({ update }) => update.id)).toEqual([second])
      expect(await store.updatesAfter(await store.lastUpdateId(), 10)).toEqual([])
    })

    it('has a higher revision after each change', async () => {
      await using opened = await openAt()
      const { store, insert } = opened
      const revisions = [await store.revision()]
      const id = await insert()
      revisions.push(await store.revision())
      await store.write(ledger => ledger.append(id, UPDATE))
      revisions.push(await store.revision())
      await store.write(async ledger => {
        const incident = await ledger.find(id)
        if (incident) await ledger.save({ ...incident, impact: 'critical' })
      })
      revisions.push(await store.revision())
      expect(revisions).toEqual([...new Set(revisions)].toSorted((a, b) => a - b))
    })

    it('remembers requests by cluster and key', async () => {
      await using opened = await openAt()
      const { store, insert } = opened
      const request = { digest: 'abc', incidentId: await insert() }
      await store.write(ledger => ledger.keepRequest('main', 'key-1', request))
      const taken = (cluster: string, key: string) => store.write(ledger => ledger.takenRequest(cluster, key))
      expect(await taken('main', 'key-1')).toEqual(request)
      expect(await taken('second', 'key-1')).toBeUndefined()
      expect(await taken('main', 'key-2')).toBeUndefined()
    })
  })
}
