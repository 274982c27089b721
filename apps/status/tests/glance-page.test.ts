import { eventually } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { openGlancePage } from './glance-page.ts'
import { startGlance } from './glance-server.ts'
import { TOKEN } from './test-app.ts'

const push = (...states: number[]) => ({
  totalShards: states.length,
  process: { id: 'p0' },
  shards: states.map((state, id) => ({ id, state })),
})

describe('the page of Glance, pointed here', () => {
  it('shows every shard, follows each change, and pulses with health', async () => {
    await using glance = await startGlance()
    await glance.status('other', 0, 3)
    using page = await openGlancePage(glance.host)
    expect(page.clusters()).toEqual(['main', 'other'])
    expect([page.states('main').length, page.states('other')]).toEqual([60, [3, 0, 0, 0]])
    await glance.status('other', 1, 4)
    await glance.health('other', 0)
    await glance.passMs(30_000)
    await glance.health('other', 0)
    await eventually('the page has followed', () => page.states('other').join() === '3,1,0,0')
    expect([page.pulses, page.errors, page.connection]).toEqual([2, [], 'connected'])
  })

  it('follows a bot that pushes with our own API as well', async () => {
    await using glance = await startGlance({ STATUS_TOKENS: `other:${TOKEN}` })
    using page = await openGlancePage(glance.host)
    await glance.push(push(3, 3, 6, 2), { cluster: 'other' })
    await eventually('the page has followed', () => page.states('other').join() === '3,3,6,2')
    await glance.push(push(3, 3, 3, 2), { cluster: 'other' })
    await eventually('the page has followed', () => page.states('other').join() === '3,3,3,2')
    expect(page.errors).toEqual([])
  })

  it('is disconnected when there are other shards than before, as when Glance was started anew, and never told a second hello', async () => {
    await using glance = await startGlance({ STATUS_TOKENS: `other:${TOKEN}` })
    using page = await openGlancePage(glance.host)
    await glance.push(push(3, 3, 3, 3, 3, 3, 3, 3), { cluster: 'other' })
    await eventually('it says so', () => page.connection === 'disconnected, reload.')
    expect(page.errors).toEqual([])
    using reloaded = await openGlancePage(glance.host)
    expect(reloaded.states('other')).toEqual([3, 3, 3, 3, 3, 3, 3, 3])
  })

  it('may lie on another site when STATUS_ORIGINS lists that, and is refused otherwise', async () => {
    const origin = 'https://bot.example'
    await using listed = await startGlance({ STATUS_ORIGINS: `https://a.example, ${origin}` })
    await listed.status('other', 0, 3)
    using page = await openGlancePage(listed.host, { origin })
    expect(page.states('other')).toEqual([3, 0, 0, 0])
    await using closed = await startGlance()
    await expect(openGlancePage(closed.host, { origin })).rejects.toThrow('403')
  })
})
