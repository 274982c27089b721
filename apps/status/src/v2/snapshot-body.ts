import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Snapshot } from '../snapshots.ts'

export type Encoding = 'br' | 'gzip' | 'identity'

/** Half of Brotli's effort is a tenth of its time, and a few percent larger. */
const BROTLI_QUALITY = 5

const compressors: Record<Encoding, (frame: Buffer) => Promise<Buffer>> = {
  br: frame =>
    promisify(brotliCompress)(frame, {
      params: {
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: frame.length,
      },
    }),
  gzip: frame => promisify(gzip)(frame),
  identity: async frame => frame,
}

/** Compresses each snapshot once in each way, however many ask for it at the same time. */
export function createSnapshotBodies(): (snapshot: Snapshot, encoding: Encoding) => Promise<Buffer> {
  const bodies = new WeakMap<Snapshot, Map<Encoding, Promise<Buffer>>>()
  return (snapshot, encoding) => {
    const known = bodies.get(snapshot) ?? new Map()
    bodies.set(snapshot, known)
    const body = known.get(encoding) ?? compressors[encoding](Buffer.concat(snapshot.frames))
    known.set(encoding, body)
    return body
  }
}
