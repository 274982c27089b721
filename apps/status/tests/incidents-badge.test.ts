import { ShardState } from '@shardlight/shard-registry'
import { describe, expect, it } from 'vitest'
import { createIncidentsApp, maintenance } from './incidents-app.ts'
import { childOf, readXml } from './read-xml.ts'

const { Online, Unhealthy, Starting } = ShardState

async function createApp(...states: number[]) {
  const test = await createIncidentsApp({ GLANCE_BOTS: '' })
  if (states.length > 0)
    await test.push({ totalShards: states.length, shards: states.map((state, id) => ({ id, state })) })
  return {
    ...test,
    async badge(path: string) {
      const answer = await test.app.inject(path)
      return { answer, title: childOf(readXml(answer.body), 'title')?.text }
    },
    [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
  }
}

const fill = (...parts: [count: number, state: number][]) =>
  parts.flatMap(([count, state]) => Array<number>(count).fill(state))

describe('the badge', () => {
  it.each([
    ['nothing was heard', [], 'main: unknown'],
    ['all are online', fill([4, Online]), 'main: up'],
    ['some restart', fill([3, Online], [1, Starting]), 'main: up'],
    ['some are down', fill([2_000, Online], [1_234, Unhealthy]), 'main: 1,234 of 3,234 shards down'],
    ['all are down', fill([4, Unhealthy]), 'main: down'],
    ['some never spoke', fill([3, Online], [1, 0]), 'main: 3 of 4 shards up'],
  ])('says how the cluster is when %s', async (_, states, title) => {
    await using test = await createApp(...states)
    for (const path of ['/badge.svg?cluster=main', '/badge/main.svg'])
      expect((await test.badge(path)).title).toBe(title)
  })

  it('says that there is maintenance', async () => {
    await using test = await createApp(...fill([4, Unhealthy]))
    await test.open(maintenance(-1_000), 'main/maintenance')
    expect((await test.badge('/badge/main.svg')).title).toBe('main: maintenance')
  })

  it('is of all clusters together where none is asked for', async () => {
    await using test = await createApp(...fill([3, Online], [1, Unhealthy]))
    expect((await test.badge('/badge.svg')).title).toBe('Shardlight: 1 of 4 shards down')
  })

  it('takes a label as words, on one line and no longer than forty characters', async () => {
    await using test = await createApp(Online)
    const label = encodeURIComponent(`<b>\u202e\nbot</b>\ufffe ${'x'.repeat(100)}`)
    const { title, answer } = await test.badge(`/badge/main.svg?label=${label}`)
    expect(title).toBe(`<b> bot</b> ${'x'.repeat(28)}: up`)
    expect(answer.body).not.toContain('<b>')
    expect((await test.badge('/badge.svg?cluster=main&label=a&label=b')).title).toBe('main: up')
  })

  it('is a picture that is fetched again soon, and one also where there is no such cluster', async () => {
    await using test = await createApp(Online)
    const { answer } = await test.badge('/badge/main.svg')
    expect(answer.headers).toMatchObject({
      'content-type': 'image/svg+xml; charset=utf-8',
      'cache-control': 'public, max-age=30',
    })
    const unknown = await test.badge('/badge/nobody.svg')
    expect([unknown.answer.statusCode, unknown.title]).toEqual([404, 'nobody: no such cluster'])
  })
})
