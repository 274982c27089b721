const LOOK_EVERY_MS = 100
/** Shorter ones are within what the budget allows a request to be late. */
const STALL_MS = 800
/** What piled up meanwhile is read within this time. */
const AFTERMATH_MS = 500

/**
 * Tells whether this process stood still a moment ago, by a busy event loop or a SIGSTOP: what it was let do then
 * is out of date. Looks for as long as the process lives, and does not keep it alive.
 */
export function watchForStalls(): { hasJustStalled(): boolean } {
  let lookedAtMs = performance.now()
  let stalledUntilMs = Number.NEGATIVE_INFINITY
  const look = () => {
    const nowMs = performance.now()
    if (nowMs - lookedAtMs > STALL_MS) stalledUntilMs = nowMs
    lookedAtMs = nowMs
  }
  setInterval(look, LOOK_EVERY_MS).unref()
  return {
    hasJustStalled() {
      look()
      return performance.now() - stalledUntilMs < AFTERMATH_MS
    },
  }
}
