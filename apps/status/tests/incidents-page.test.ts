import { createLog } from '@shardlight/service'
import { eventually, testDatabase } from '@shardlight/testing'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { incidentMigration } from '../src/incidents/open-incidents.ts'
import { openOutage, resolveOutage } from '../src/incidents/outages.ts'
import { createPostgresIncidentStore } from '../src/incidents/postgres-store.ts'
import { openRecords } from '../src/records.ts'
import { objectionsTo } from './axe.ts'
import { describeInBrowser, ONLINE, UNHEALTHY } from './page-browser.ts'
import { type RunningStatus, startRunningStatus } from './running-status.ts'

const OPERATOR = 'the-token-of-operators'
const HOUR_MS = 3_600_000

async function write(status: RunningStatus, path: string, payload: unknown): Promise<number> {
  const answer = await fetch(`${status.url}/api/v2/clusters/main/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${OPERATOR}`, 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  })
  const incident = await answer.json()
  if (!answer.ok) throw new Error(JSON.stringify(incident))
  return Number(incident.id)
}

const current = (page: Page) => page.getByRole('region', { name: 'Incidents and maintenance' })
const past = (page: Page) => page.getByRole('region', { name: 'Past incidents' })
const verdict = (page: Page) => page.getByRole('heading', { level: 1 })

describeInBrowser('incidents on the page', browser => {
  const start = (environment: Record<string, string> = {}) =>
    startRunningStatus({ environment: { STATUS_OPERATOR_TOKENS: `*:${OPERATOR}`, ...environment } })

  it('come, change and go while the page is looked at, without a reload', async () => {
    await using status = await start()
    await status.push('main', [ONLINE, ONLINE])
    await using looked = await browser.open(status)
    const { page, complaints } = looked
    await past(page).getByText('No incident is known of the last 14 days.').waitFor()
    const id = await write(status, 'incidents', {
      title: 'Slow <b>answers</b>',
      text: 'We look.<img src=x onerror=alert(1)>',
      shards: [0],
    })
    await current(page).getByRole('heading', { name: 'Slow <b>answers</b> Investigating' }).waitFor()
    await current(page).getByText('We look.<img src=x onerror=alert(1)>').waitFor()
    await write(status, `incidents/${id}/updates`, { status: 'identified', text: 'A full disk.' })
    await current(page).getByText('A full disk.').waitFor()
    const earlier = current(page).getByText('1 earlier update')
    await earlier.focus()
    await page.keyboard.press('Enter')
    expect(await current(page).getByText('We look.').isVisible()).toBe(true)
    expect(await objectionsTo(page)).toEqual([])
    await write(status, `incidents/${id}/updates`, { status: 'resolved', text: 'Over.' })
    await past(page).getByRole('heading', { name: 'Slow <b>answers</b> Resolved' }).waitFor()
    expect(await current(page).getByRole('article').count()).toBe(0)
    await past(page).getByText('3 updates').click()
    expect(await past(page).getByText('Over.').isVisible()).toBe(true)
    expect(complaints).toEqual([])
  })

  it('call what is down in maintenance planned', async () => {
    await using status = await start()
    await status.push('main', [ONLINE, UNHEALTHY])
    await using looked = await browser.open(status)
    const { page } = looked
    await verdict(page).getByText('1 shard down').waitFor()
    const maintenance = { title: 'New disks', text: 'A moment.' }
    const now = Date.now()
    await write(status, 'maintenance', { ...maintenance, startsAtMs: now - 1_000, endsAtMs: now + HOUR_MS })
    await verdict(page).getByText('Planned maintenance').waitFor()
    await current(page).getByRole('heading', { name: 'New disks In progress' }).waitFor()
    await eventually('the title says it too', async () => /^Planned maintenance/.test(await page.title()), {
      withinMs: 60_000,
    })
  })

  it('are written by the server for who has no script, in the language of the visitor', async () => {
    await using status = await start()
    await status.push('main', [ONLINE])
    const ended = await write(status, 'incidents', { title: 'Slow answers', text: 'We look.' })
    await write(status, `incidents/${ended}/updates`, { status: 'resolved', text: 'Over.' })
    await write(status, 'incidents', { title: 'No votes', text: 'We look.', impact: 'critical' })
    await using looked = await browser.open(status, '/', { javaScriptEnabled: false, locale: 'de-DE' })
    const { page } = looked
    await eventually(
      'the page has both',
      async () => {
        await page.reload()
        const open = await page.getByRole('region', { name: 'Vorfälle und Wartung' }).textContent()
        const over = await page.getByRole('region', { name: 'Frühere Vorfälle' }).textContent()
        return /No votes.*Wird untersucht/.test(open ?? '') && /Slow answers.*Behoben/.test(over ?? '')
      },
      { withinMs: 60_000 },
    )
    const feeds = await page
      .locator('link[rel="alternate"]')
      .evaluateAll(links => links.map(link => link.getAttribute('href')))
    expect(feeds).toEqual(['/feed.atom', '/feed.rss', '/feed.json'])
  })

  it('that another replica wrote are seen, and what the system said is said in the language of the visitor', async () => {
    await using scope = new AsyncDisposableStack()
    const { url: databaseUrl } = scope.use(await testDatabase())
    const log = createLog({ name: 'test', level: 'silent' })
    const records = scope.use(await openRecords({ url: databaseUrl, migrations: [incidentMigration], log }))
    const store = createPostgresIncidentStore({ records })
    const status = scope.use(await start({ DATABASE_URL: databaseUrl }))
    await status.push('main', [ONLINE, ONLINE, UNHEALTHY, UNHEALTHY])
    const { page } = scope.use(await browser.open(status, '/', { locale: 'de-DE' }))
    await page.getByRole('heading', { name: 'Frühere Vorfälle' }).waitFor()
    await store.write(ledger =>
      openOutage(ledger, {
        act: 'open',
        cluster: 'main',
        processId: 'process-1',
        shards: [2, 3],
        impact: 'critical',
        downForMs: () => 60_000,
      }),
    )
    const article = page.getByRole('region', { name: 'Vorfälle und Wartung' }).getByRole('article')
    await article.getByRole('heading', { name: 'Prozess process-1 ist ausgefallen: Shards 2–3' }).waitFor()
    await article.getByText('Keine Antwort von Shards 2–3.').waitFor()
    await store.write(async ledger => {
      for (const incident of await ledger.unresolved())
        await resolveOutage(ledger, { act: 'resolve', incident, what: 'back' })
    })
    await page
      .getByRole('heading', { name: 'Prozess process-1 war ausgefallen: Shards 2–3 Behoben' })
      .waitFor()
  })

  it('to which a link leads are brought into view', async () => {
    await using status = await start()
    await status.push('main', Array<number>(200).fill(ONLINE))
    const id = await write(status, 'incidents', { title: 'Slow', text: 'We look.', status: 'resolved' })
    for (let count = 0; count < 12; count += 1)
      await write(status, 'incidents', { title: `Another ${count}`, text: 'We look.', status: 'resolved' })
    await using looked = await browser.open(status, `/#incident-${id}`, {
      viewport: { width: 390, height: 700 },
    })
    await eventually(
      'it is in view',
      () =>
        looked.page.locator(`#incident-${id}`).evaluate(element => {
          const { top, bottom } = element.getBoundingClientRect()
          return top >= 0 && bottom <= innerHeight
        }),
      { withinMs: 60_000 },
    )
  })
})
