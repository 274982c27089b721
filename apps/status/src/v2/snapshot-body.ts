import { createEncodedBody, type EncodedBody, type Encoding } from '../encoded-body.ts'
import type { Snapshot } from '../snapshots.ts'

/** Each snapshot in the encodings that were asked for, as long as it is the one. */
export function createSnapshotBodies(): (snapshot: Snapshot, encoding: Encoding) => Promise<Buffer> {
  const bodies = new WeakMap<Snapshot, EncodedBody>()
  return (snapshot, encoding) => {
    const body = bodies.get(snapshot) ?? createEncodedBody(Buffer.concat(snapshot.frames))
    bodies.set(snapshot, body)
    return body(encoding)
  }
}
