import { canary, createMadeUpEvents } from './made-up-events.ts'
import type { ChangeStream } from './stream.ts'

const TICK_MS = 50
const CANARY_EVERY_MS = 30_000

/** Lets changes happen at a rate that can be changed. */
export function startFeeding(
  stream: ChangeStream,
  startRate: number,
): Disposable & { setRate(perSecond: number): void } {
  const next = createMadeUpEvents()
  let perSecond = startRate
  let owed = 0
  let canaryInMs = CANARY_EVERY_MS
  let lastMs = performance.now()
  const timer = setInterval(() => {
    const nowMs = performance.now()
    const passedMs = nowMs - lastMs
    lastMs = nowMs
    if (perSecond === 0) return
    owed += (perSecond * passedMs) / 1_000
    const count = Math.floor(owed)
    owed -= count
    if (count > 0) stream.add(Array.from({ length: count }, next))
    canaryInMs -= passedMs
    if (canaryInMs > 0) return
    canaryInMs = CANARY_EVERY_MS
    stream.add([canary()])
  }, TICK_MS)
  return {
    setRate(rate) {
      perSecond = rate
      owed = 0
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
