import { findFreePort } from '@shardlight/embedded'
import { eventually, runProgram } from '@shardlight/testing'
import { expect, it } from 'vitest'
import {
  cells,
  DYING,
  describeInBrowser,
  GUILD,
  OFFLINE,
  ONLINE,
  online,
  RESHARDING,
  STARTING,
  states,
  UNHEALTHY,
  UNKNOWN,
  verdict,
} from './page-browser.ts'
import { startRunningStatus } from './running-status.ts'

const SLOW = { withinMs: 60_000 }

describeInBrowser('the live page in a browser', browser => {
  it('shows each shard with its state and name, and says in one sentence how all are', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await using opened = await browser.open(status)
    const { page, complaints } = opened
    await page.getByRole('button', { name: 'Shard 3: Online' }).waitFor()
    expect(await states(page)).toEqual(online(4))
    expect(await page.locator('[data-shard="3"][data-state="3"]').count()).toBe(1)
    expect(await verdict(page)).toBe('All shards online')
    await eventually('the title says it too', async () => /All shards online/.test(await page.title()))
    expect(complaints).toEqual([])
  })

  it('lets what was served stand until incidents are read too, so that planned maintenance is no false alarm', async () => {
    await using status = await startRunningStatus()
    await status.push('main', [ONLINE, UNHEALTHY])
    await using opened = await browser.open(status, '/plain', { prepare: page => page.clock.install() })
    const { page, complaints } = opened
    const atMs = Date.now()
    const maintenance = {
      ...{
        id: 1,
        cluster: 'main',
        kind: 'maintenance',
        status: 'in_progress',
        impact: 'none',
        title: 'Disks',
      },
      ...{
        processId: null,
        shards: [],
        remaining: [],
        startedAtMs: atMs,
        downAtMs: null,
        resolvedAtMs: null,
      },
      ...{ startsAtMs: atMs, endsAtMs: atMs + 60_000, revision: 1, updates: [] },
    }
    let letGo = () => {}
    const held = new Promise<void>(resolve => {
      letGo = resolve
    })
    await page.route('**/api/v2/incidents*', async route => {
      await held
      await route.fulfill({ json: { revision: 1, atMs, open: [maintenance], past: [], nextBefore: null } })
    })
    await page.clock.pauseAt(atMs + 60_000)
    const feed = page.waitForEvent('websocket')
    await page.goto(status.url)
    await (await feed).waitForEvent('framereceived')
    expect(await page.getByText(/^As of/).count()).toBe(1)
    letGo()
    await page.getByText(/^Live/).waitFor()
    expect(await verdict(page)).toBe('Planned maintenance')
    expect(await page.locator('.verdict [role="status"]').textContent()).toBe('')
    expect(complaints).toEqual([])
  })

  it('does not wait for incidents for ever', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await using opened = await browser.open(status, '/plain')
    const { page } = opened
    await page.route('**/api/v2/incidents*', () => {})
    await page.goto(status.url)
    await page.getByText(/^Live/).waitFor()
  })

  it('turns exactly the shards that changed, while it is looked at', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(64))
    await using opened = await browser.open(status)
    const { page } = opened
    await page.getByRole('button', { name: 'Shard 63: Online' }).waitFor()
    await status.pushOne('main', 64, 7, UNHEALTHY)
    await status.pushOne('main', 64, 9, OFFLINE)
    await status.pushOne('main', 64, 11, STARTING)
    await page.getByRole('button', { name: 'Shard 7: Unhealthy' }).waitFor()
    await page.getByRole('button', { name: 'Shard 11: Starting' }).waitFor()
    const expected = online(64)
    expected.splice(7, 5, UNHEALTHY, ONLINE, OFFLINE, ONLINE, STARTING)
    expect(await states(page)).toEqual(expected)
    expect(await verdict(page)).toBe('2 shards down')
    expect(await page.getByRole('list', { name: 'States of shards' }).textContent()).toMatch(
      /Online 61.*Unhealthy 1.*Offline 1.*Starting 1/,
    )
    await status.push('main', online(64))
    await page.getByRole('heading', { name: 'All shards online' }).waitFor()
  })

  it('says above the grid what there is to say of a cluster, for as long as it is true', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(8))
    await using opened = await browser.open(status)
    const { page, complaints } = opened
    const said = () => page.locator('.notice').allTextContents()
    await page.getByRole('button', { name: 'Shard 7: Online' }).waitFor()
    expect(await page.locator('.notices').getAttribute('aria-live')).toBe('polite')
    await status.tell('main', RESHARDING, DYING)
    await page.getByText(DYING.text).waitFor()
    expect(await said()).toEqual([
      expect.stringMatching(/^Problem: Process 3 keeps dying <b>again<\/b>Shards 4, 6–7 · since /),
      expect.stringMatching(/^Note: Resharding from 4 to 8 shards: 5 of 8 readySince /),
    ])
    expect(await page.locator('.notice b').count()).toBe(0)
    await status.tell('main', { ...RESHARDING, text: 'Resharding from 4 to 8 shards: 6 of 8 ready' })
    await page.getByText('6 of 8 ready').waitFor()
    expect(await said()).toHaveLength(1)
    await status.tell('main')
    await page.locator('.notice').waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
  })

  it('keeps many notices from pushing the grid out of sight', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await status.tell('main', ...Array.from({ length: 9 }, (_, id) => ({ ...RESHARDING, id: `n${id}` })))
    await using opened = await browser.open(status)
    const { page } = opened
    await page.getByText('5 more notices').click()
    expect(await page.locator('.notice').count()).toBe(9)
    await page.locator('.notice').last().waitFor({ state: 'visible' })
  })

  it('follows a cluster to another number of shards and back, whatever its old processes still push', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(4))
    await using opened = await browser.open(status, `/g/${GUILD}`)
    const { page, complaints } = opened
    await page.locator('.cell-found[data-shard="2"]').waitFor()
    await status.push('main', [ONLINE, ...Array(7).fill(STARTING)], { generation: 1 })
    await status.push('main', online(4))
    await page.getByRole('button', { name: 'Shard 7: Starting' }).waitFor()
    await page.locator('.cell-found[data-shard="6"]').waitFor()
    expect(await page.getByRole('article').textContent()).toContain('on shard 6 of 8, which is Starting')
    await status.push('main', [ONLINE, ONLINE], { generation: 2 })
    await status.push('main', online(8), { generation: 1 })
    await status.push('main', online(4))
    await page.locator('.cell-found[data-shard="0"]').waitFor()
    expect(await states(page)).toEqual([ONLINE, ONLINE])
    expect(await page.getByRole('article').textContent()).toContain('on shard 0 of 2, which is Online')
    expect(complaints).toEqual([])
  })

  it('says when it has lost the line, and recovers by itself when the API is back', async () => {
    const first = await startRunningStatus()
    await first.push('main', online(4))
    await using opened = await browser.open(first, `/g/${GUILD}`)
    const { page } = opened
    await page.getByText(/^Live/).waitFor()
    await first[Symbol.asyncDispose]()
    await page.getByText(/^Reconnecting · data is \d+ sec old$/).waitFor()
    await page.getByRole('heading', { name: 'Last known: All shards online' }).waitFor()
    await page.getByText(/^4 of 4 shards online \d+ sec. ago; nothing newer is known$/).waitFor()
    const answer = page.getByRole('article')
    await answer.getByRole('heading', { name: /^It was up \d+ sec. ago; nothing newer is known$/ }).waitFor()
    expect(await answer.getAttribute('data-state')).toBe(String(UNKNOWN))
    expect(await answer.textContent()).toContain('on shard 2 of 4, last known as Online.')
    expect(await states(page)).toEqual(online(4))
    await using second = await startRunningStatus({ port: first.port })
    await second.push('main', [ONLINE, UNHEALTHY, ONLINE, ONLINE])
    await page.getByText(/^Live/).waitFor()
    await page.getByRole('button', { name: 'Shard 1: Unhealthy' }).waitFor()
    expect(await verdict(page)).toBe('1 shard down')
  })

  it('goes on after the API was killed, where it was, and says meanwhile how old what it shows is', async () => {
    const variables = { STATUS_PORT: String(await findFreePort()), STATUS_TOKENS: 'main:a-token' }
    const url = `http://127.0.0.1:${variables.STATUS_PORT}`
    const push = (...states: number[]) =>
      fetch(`${url}/api/v2/clusters/main/shards`, {
        method: 'POST',
        headers: { authorization: 'Bearer a-token', 'content-type': 'application/json' },
        body: JSON.stringify({
          totalShards: states.length,
          process: { id: 'process-1' },
          shards: states.map((state, id) => ({ id, state })),
        }),
      })
    const pushed = (...states: number[]) =>
      eventually('the API takes a push', async () => (await push(...states)).ok, SLOW)
    await using first = runProgram('apps/status/src/main.ts', variables)
    await pushed(ONLINE, ONLINE, ONLINE)
    await using opened = await browser.open({ url }, `/g/${GUILD}`)
    const { page } = opened
    await page.locator('.cell-found[data-shard="2"]').waitFor()
    first.child.kill('SIGKILL')
    await page.getByText(/^Reconnecting · data is .+ old$/).waitFor()
    expect(await states(page)).toEqual([ONLINE, ONLINE, ONLINE])
    await using _second = runProgram('apps/status/src/main.ts', variables)
    await pushed(UNHEALTHY, ONLINE, ONLINE)
    await page.getByRole('button', { name: 'Shard 0: Unhealthy' }).waitFor({ timeout: 60_000 })
    await page.getByText(/^Live/).waitFor()
    expect(await page.locator('.cell-found').getAttribute('data-shard')).toBe('2')
  })

  it('carries two thousand shards on a phone without scrolling sideways', async () => {
    await using status = await startRunningStatus()
    await status.push('main', online(2_000))
    await using opened = await browser.open(status, '/', { viewport: { width: 390, height: 844 } })
    const { page } = opened
    await eventually('all are there', async () => (await cells(page).count()) === 2_000)
    await status.pushOne('main', 2_000, 1_999, UNHEALTHY)
    await page.locator('[data-shard="1999"][data-state="1"]').waitFor({ state: 'attached' })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })
})
