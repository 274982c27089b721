import type { FeedFrame } from '@shardlight/status-client'
import { readFrame } from './read-frame.ts'

export type SnapshotFrame = FeedFrame & { op: 'snapshot' }

const PATIENCE_MS = 5_000

/**
 * The picture over HTTP: compressed, often from a cache, on its way before this script runs (`index.html` preloads
 * it), and there too where a proxy lets no WebSocket through. Undefined when it cannot be had.
 */
export async function loadSnapshot(address = '/api/v2/snapshot'): Promise<SnapshotFrame | undefined> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) })
    const frame = answer.ok ? readFrame(await answer.text()) : undefined
    return frame?.op === 'snapshot' ? frame : undefined
  } catch {
    return undefined
  }
}
