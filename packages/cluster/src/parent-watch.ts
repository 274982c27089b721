import { Worker } from 'node:worker_threads'

/**
 * Kills this process when its parent is gone and it has not left by itself within `graceMs`, even when its event
 * loop hangs. No process of a cluster outlives its manager unseen.
 */
export function watchParent({ graceMs = 5_000 }: { graceMs?: number } = {}): AsyncDisposable {
  const thread = new Worker(new URL('./parent-watch-thread.js', import.meta.url), {
    workerData: { parentPid: process.ppid, graceMs },
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
    env: {},
  })
  thread.unref()
  return {
    async [Symbol.asyncDispose]() {
      await thread.terminate()
    },
  }
}
