import type { ShardRegistry } from '@shardlight/shard-registry'

/**
 * Sweeps every `intervalMs`. A process that was itself asleep (suspended, or starved) has heard no pushes meanwhile:
 * it waits one timeout before it calls anything unhealthy again.
 */
export function startSweeper({
  registry,
  intervalMs,
  healthTimeoutMs,
  onOutcome,
}: {
  registry: ShardRegistry
  intervalMs: number
  healthTimeoutMs: number
  /** After every sweep, with the error of one that failed. */
  onOutcome: (error?: unknown) => void
}): AsyncDisposable {
  const sleptMs = intervalMs + Math.min(5_000, healthTimeoutMs / 2)
  let lastMs = performance.now()
  let maySweepAtMs = 0
  let underWay: Promise<void> | undefined

  async function sweep(): Promise<void> {
    try {
      await registry.sweep()
      onOutcome()
    } catch (error) {
      onOutcome(error)
    }
    underWay = undefined
  }

  const timer = setInterval(() => {
    const nowMs = performance.now()
    if (nowMs - lastMs > sleptMs) maySweepAtMs = nowMs + healthTimeoutMs
    lastMs = nowMs
    if (nowMs >= maySweepAtMs) underWay ??= sweep()
  }, intervalMs)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await underWay
    },
  }
}
