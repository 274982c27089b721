import { setTimeout as sleep } from 'node:timers/promises'
import { atLeast, atMost, type Benchmark, median, type Row } from '@shardlight/bench'
import { openBrowser } from '@shardlight/testing/browser'
import type { Page } from 'playwright-core'
import { buildPage } from '../page/build-page.ts'
import { startServer } from './ingest/processes.ts'
import { startFleetLoad } from './page/fleet-load.ts'
import { type Load, measureLoad, measureWindows, type Window } from './page/measure-page.ts'
import { startOneElementAShard } from './page/one-element-a-shard.ts'

const TOKEN = 'only-for-the-benchmark'
const TOTAL_SHARDS = 20_000
const CHANGES_PER_SECOND = 700
/** Each of 20,000 shards once in 30 s. */
const HEALTH_PER_SECOND = 667
const ROUNDS = 3
const WINDOWS = 2
const WINDOW_MS = 3_000
const SETTLE_MS = 2_000
/** 60,000 elements on a busy machine. */
const SHOWN_WITHIN_MS = 90_000
const LOADS = 5
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, hasTouch: true, isMobile: true }
const DESKTOP = { viewport: { width: 1_280, height: 900 } }

type Contender = { address: string; isShown: string }

const rounded = (value: number, digits = 0) => Number(value.toFixed(digits))
const percent = (share: number) => `${rounded(share * 100, 1)} %`
const medianOf = <K extends string>(measured: Record<K, number>[], key: K) =>
  median(measured.map(one => one[key]))

export const benchmark: Benchmark = {
  description: 'the page with 20,000 shards at 700 changes/s: main thread, frames, first paint',
  async run({ say }) {
    await buildPage()
    await using floorPage = await startOneElementAShard()
    await using server = await startServer({
      STATUS_PORT: '0',
      STATUS_TOKENS: `main:${TOKEN}`,
      STATUS_ORIGINS: floorPage.origin,
    })
    await using load = await startFleetLoad({
      url: server.url,
      token: TOKEN,
      totalShards: TOTAL_SHARDS,
      changesPerSecond: CHANGES_PER_SECOND,
      healthPerSecond: HEALTH_PER_SECOND,
    })
    await using browser = await openBrowser()
    const thisPage = { address: server.url, isShown: '.band' }
    const feed = encodeURIComponent(`${server.url.replace('http', 'ws')}/api/feed`)
    const oneElement = { address: `${floorPage.origin}/?feed=${feed}`, isShown: '#shown' }
    const beganMs = performance.now()

    async function withPage<T>(device: object, use: (page: Page) => Promise<T>): Promise<T> {
      const context = await browser.newContext(device)
      try {
        context.setDefaultTimeout(SHOWN_WITHIN_MS)
        return await use(await context.newPage())
      } finally {
        await context.close()
      }
    }

    const look = (contender: Contender, device: object = DESKTOP) =>
      withPage(device, async page => {
        await page.goto(contender.address)
        await page.locator(contender.isShown).first().waitFor({ state: 'attached' })
        await sleep(SETTLE_MS)
        return measureWindows(page, WINDOWS, WINDOW_MS)
      })

    const ours: Window[] = []
    const floor: Window[] = []
    for (let round = 1; round <= ROUNDS; round += 1) {
      ours.push(...(await look(thisPage)))
      floor.push(...(await look(oneElement)))
      say(
        `round ${round}: main thread ${percent(medianOf(ours, 'wallShare'))}, floor ${percent(medianOf(floor, 'wallShare'))}`,
      )
    }
    const phone = await look(thisPage, PHONE)
    const loads: Load[] = []
    const floorLoads: Load[] = []
    for (let at = 0; at < LOADS; at += 1) {
      const open = ({ address, isShown }: Contender) =>
        withPage(DESKTOP, page => measureLoad(page, address, isShown))
      loads.push(await open(thisPage))
      if (at === 0) floorLoads.push(await open(oneElement))
    }
    const { changes, health, failed } = load.pushed()
    const seconds = (performance.now() - beganMs) / 1_000

    const rowOf = (name: string, windows: Window[], opened?: Load[]): Row => ({
      name,
      'main thread': percent(medianOf(windows, 'wallShare')),
      'its processor time': percent(medianOf(windows, 'threadShare')),
      fps: rounded(medianOf(windows, 'fps'), 1),
      'DOM nodes': medianOf(windows, 'nodes'),
      'heap MB': rounded(medianOf(windows, 'heapMb'), 1),
      ...(opened && {
        'first paint ms': rounded(medianOf(opened, 'firstPaintMs')),
        'grid ms': rounded(medianOf(opened, 'shownMs')),
        'layout shift': rounded(medianOf(opened, 'layoutShift'), 3),
        'load kB': rounded(medianOf(opened, 'kilobytes'), 1),
      }),
    })
    const share = rounded(medianOf(ours, 'wallShare'), 3)
    const fps = rounded(medianOf(ours, 'fps'), 1)
    const firstPaintMs = rounded(medianOf(loads, 'firstPaintMs'))
    return {
      rows: [
        rowOf('this page', ours, loads),
        rowOf('this page on a phone, 3 pixels a point', phone),
        rowOf('one element a shard, changed per event', floor, floorLoads),
      ],
      figures: {
        main_thread: share,
        main_thread_processor_time: rounded(medianOf(ours, 'threadShare'), 3),
        main_thread_of_floor: rounded(share / medianOf(floor, 'wallShare'), 3),
        floor_main_thread: rounded(medianOf(floor, 'wallShare'), 3),
        phone_main_thread: rounded(medianOf(phone, 'wallShare'), 3),
        fps,
        floor_fps: rounded(medianOf(floor, 'fps'), 1),
        phone_fps: rounded(medianOf(phone, 'fps'), 1),
        dom_nodes: medianOf(ours, 'nodes'),
        heap_mb: rounded(medianOf(ours, 'heapMb'), 1),
        first_paint_ms: firstPaintMs,
        grid_shown_ms: rounded(medianOf(loads, 'shownMs')),
        layout_shift: rounded(medianOf(loads, 'layoutShift'), 3),
        load_kb: rounded(medianOf(loads, 'kilobytes'), 1),
        changes_per_s: rounded(changes / seconds),
        health_per_s: rounded(health / seconds),
      },
      aims: [
        atMost(`main thread at ${CHANGES_PER_SECOND} changes/s, 20,000 shards`, share, 0.3),
        atLeast('frames a second meanwhile', fps, 55),
        atMost('first contentful paint, ms', firstPaintMs, 1_000),
      ],
      notes: [
        `Pushed ${rounded(changes / seconds)} changes/s and ${rounded(health / seconds)} health/s, ${failed} pushes failed.`,
        'Medians of windows of 3 s in headless Chromium without a GPU: whatever a GPU would do is in the processor time of other threads.',
      ],
    }
  },
}
