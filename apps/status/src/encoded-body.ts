import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { negotiate } from '@fastify/accept-negotiator'

export type Encoding = 'br' | 'gzip' | 'identity'

/** The smallest first. */
const COMPRESSED: Encoding[] = ['br', 'gzip']

/** Half of Brotli's effort is a tenth of its time, and a few percent larger. */
const BROTLI_QUALITY = 5

const compressors: Record<Encoding, (body: Buffer) => Promise<Buffer>> = {
  br: body =>
    promisify(brotliCompress)(body, {
      params: {
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
  gzip: body => promisify(gzip)(body),
  identity: async body => body,
}

/** What whoever asked can read. */
export const encodingFor = (acceptEncoding: string | undefined): Encoding =>
  negotiate(acceptEncoding ?? '', COMPRESSED) ?? 'identity'

/** One body, in each encoding that somebody asks for. */
export type EncodedBody = (encoding: Encoding) => Promise<Buffer>

/** Compresses once in each way, however many ask for it at the same time. */
export function createEncodedBody(body: Buffer): EncodedBody {
  const made = new Map<Encoding, Promise<Buffer>>()
  return encoding => {
    const encoded = made.get(encoding) ?? compressors[encoding](body)
    made.set(encoding, encoded)
    return encoded
  }
}

/** The headers of a body in that encoding. */
export const headersOf = (encoding: Encoding): Record<string, string> =>
  encoding === 'identity' ? {} : { 'content-encoding': encoding }
