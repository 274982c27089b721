import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const SAMPLE_EVERY_MS = 500
const run = promisify(execFile)

type Process = { pid: number; parent: number; rssKiB: number }

/** A process and all that it has started, with those in turn. */
async function treeOf(root: number): Promise<Process[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,rss='])
  const all = stdout
    .trim()
    .split('\n')
    .map(line => {
      const [pid = 0, parent = 0, rssKiB = 0] = line.trim().split(/\s+/).map(Number)
      return { pid, parent, rssKiB }
    })
  const members = new Set([root])
  for (let before = 0; before !== members.size; ) {
    before = members.size
    for (const { pid, parent } of all) if (members.has(parent)) members.add(pid)
  }
  return all.filter(({ pid }) => members.has(pid))
}

/** Ends at once what a process has started, each by its own id: it may outlive the process that started it. */
export async function endTree(root: number): Promise<void> {
  for (const { pid } of await treeOf(root)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {}
  }
}

/** Follows how much memory a process and all below it take together. */
export function followMemory(root: number): { stop(): Promise<{ peakMiB: number }> } {
  const over = new AbortController()
  let peakKiB = 0
  const following = (async () => {
    while (!over.signal.aborted) {
      const tree = await treeOf(root)
      peakKiB = Math.max(
        peakKiB,
        tree.reduce((sum, { rssKiB }) => sum + rssKiB, 0),
      )
      await sleep(SAMPLE_EVERY_MS, undefined, { signal: over.signal }).catch(() => {})
    }
  })()
  following.catch(() => {})
  return {
    async stop() {
      over.abort()
      await following
      return { peakMiB: Math.round(peakKiB / 1_024) }
    },
  }
}
