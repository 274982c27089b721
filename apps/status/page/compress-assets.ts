import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const encodings = [
  ['br', promisify(brotliCompress)],
  ['gz', promisify(gzip)],
] as const

/** Below this, what is saved is less than the headers. */
const FEWEST_BYTES = 1_024

/** Lays `<name>.br` and `<name>.gz` beside each script and style, as small as they get, for the server to choose. */
export const compressAssets = (): Plugin => ({
  name: 'compress-assets',
  applyToEnvironment: ({ name }) => name === 'client',
  async generateBundle(_, bundle) {
    for (const output of Object.values(bundle)) {
      const source = output.type === 'chunk' ? output.code : output.source
      if (!/\.(js|css|svg)$/.test(output.fileName) || source.length < FEWEST_BYTES) continue
      for (const [ending, compress] of encodings)
        this.emitFile({
          type: 'asset',
          fileName: `${output.fileName}.${ending}`,
          source: await compress(source),
        })
    }
  },
})
