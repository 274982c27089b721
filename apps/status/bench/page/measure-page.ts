import type { Page } from 'playwright-core'

export type Window = {
  /** How much of the time the main thread was busy. */
  wallShare: number
  /** The same in processor time: without what other work on the machine took from it. */
  threadShare: number
  fps: number
  nodes: number
  heapMb: number
}

async function openMeter(page: Page, timeDomain: 'timeTicks' | 'threadTicks') {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain })
  return async (name: string): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(metric => metric.name === name)?.value ?? Number.NaN
  }
}

/** What the page's frames are, asked of itself. */
const countFrames = (page: Page, ms: number) =>
  page.evaluate(
    lengthMs =>
      new Promise<{ frames: number; ms: number }>(resolve => {
        let frames = -1
        let beganMs = 0
        const count = (nowMs: number) => {
          frames += 1
          if (frames === 0) beganMs = nowMs
          if (nowMs - beganMs < lengthMs) requestAnimationFrame(count)
          else resolve({ frames, ms: nowMs - beganMs })
        }
        requestAnimationFrame(count)
      }),
    ms,
  )

/** Measures a page while it is looked at, one window after the other. */
export async function measureWindows(page: Page, windows: number, windowMs: number): Promise<Window[]> {
  const wall = await openMeter(page, 'timeTicks')
  const thread = await openMeter(page, 'threadTicks')
  const measured: Window[] = []
  for (let at = 0; at < windows; at += 1) {
    const began = {
      ms: performance.now(),
      wall: await wall('TaskDuration'),
      thread: await thread('TaskDuration'),
    }
    const { frames, ms } = await countFrames(page, windowMs)
    const tookSeconds = (performance.now() - began.ms) / 1_000
    measured.push({
      wallShare: ((await wall('TaskDuration')) - began.wall) / tookSeconds,
      threadShare: ((await thread('TaskDuration')) - began.thread) / tookSeconds,
      fps: (frames / ms) * 1_000,
      nodes: await wall('Nodes'),
      heapMb: (await wall('JSHeapUsedSize')) / 1e6,
    })
  }
  return measured
}

/** What comes in later than the grid and moves it would count as well. */
const SETTLED_MS = 500

export type Load = { firstPaintMs: number; shownMs: number; layoutShift: number; kilobytes: number }

/** Opens a page as somebody does who was never there, until `isShown` appears in it. */
export async function measureLoad(page: Page, address: string, isShown: string): Promise<Load> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  let bytes = 0
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength
  })
  session.on('Network.webSocketFrameReceived', ({ response }) => {
    bytes += response.payloadData.length
  })
  await page.goto(address)
  await page.locator(isShown).first().waitFor({ state: 'attached' })
  const shownMs = await page.evaluate(() => performance.now())
  await page.waitForTimeout(SETTLED_MS)
  const seen = await page.evaluate(() => {
    const shifts = new PerformanceObserver(() => {})
    shifts.observe({ type: 'layout-shift', buffered: true })
    return {
      paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
      shift: shifts
        .takeRecords()
        .reduce((sum, entry) => sum + ('value' in entry ? Number(entry.value) : 0), 0),
    }
  })
  return { firstPaintMs: seen.paint, shownMs, layoutShift: seen.shift, kilobytes: bytes / 1e3 }
}
