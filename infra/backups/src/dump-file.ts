import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { z } from 'zod'

/**
 * A dump is gzipped text: a line of JSON about the whole, then for each table a line of JSON, its rows as PostgreSQL's
 * COPY writes them and a line `\.`, and in the end a line of JSON with what must have been read.
 */
export const FORMAT = 'shardlight backup 1'

/** Ends a line, and with it a row: within one COPY writes it otherwise. */
export const LINE_FEED = 10
const END = Buffer.from('\\.\n')
const END_OF_ROWS = Buffer.from('\n\\.\n')

export const headerSchema = z.object({
  format: z.literal(FORMAT),
  takenAt: z.iso.datetime(),
  server: z.string(),
  migrations: z.record(z.string(), z.array(z.string())),
  sequences: z.array(z.object({ name: z.string(), value: z.string().regex(/^-?\d+$/) })),
})
export type Header = z.infer<typeof headerSchema>

export const tableSchema = z.object({
  table: z.string(),
  columns: z.array(z.string()),
  partitions: z.array(
    z.object({ name: z.string(), bound: z.string().regex(/^(DEFAULT|FOR VALUES [^;]+)$/) }),
  ),
})
export type TableLine = z.infer<typeof tableSchema>

const checkSchema = z.object({ rows: z.int(), sha256: z.string() })
export type Check = z.infer<typeof checkSchema>
export const trailerSchema = z.object({ checks: z.record(z.string(), checkSchema) })

const cutShort = () => new Error('the dump ends too early: it was not written to its end, or was cut')

export type DumpReader = {
  /** The next line as JSON; undefined at the end. */
  line(): Promise<unknown>
  /** The rows that follow, up to their end. */
  rows(): AsyncGenerator<Buffer>
}

export function createDumpReader(source: AsyncIterable<Buffer>): DumpReader {
  const chunks = source[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)

  async function more(): Promise<boolean> {
    const { done, value } = await chunks.next()
    if (done) return false
    rest = rest.length > 0 ? Buffer.concat([rest, value]) : value
    return true
  }
  function take(length: number): Buffer {
    const taken = rest.subarray(0, length)
    rest = rest.subarray(length)
    return taken
  }
  return {
    async line() {
      for (;;) {
        const at = rest.indexOf(LINE_FEED)
        if (at >= 0) return JSON.parse(take(at + 1).toString('utf8'))
        if (await more()) continue
        if (rest.length > 0) throw cutShort()
        return undefined
      }
    },
    async *rows() {
      for (let atLineStart = true; ; ) {
        if (atLineStart && rest.subarray(0, END.length).equals(END)) {
          take(END.length)
          return
        }
        const at = rest.indexOf(END_OF_ROWS)
        if (at >= 0) {
          yield take(at + 1)
          take(END.length)
          return
        }
        // What is kept may be the beginning of the end.
        const length = rest.length - END.length
        if (length > 0) {
          const data = take(length)
          atLineStart = data.at(-1) === LINE_FEED
          yield data
        }
        if (!(await more())) throw cutShort()
      }
    },
  }
}

/** Opens a dump and reads what it says of itself. @throws for a file that is none, or of another format. */
export async function openDump(file: string): Promise<Disposable & { header: Header; reader: DumpReader }> {
  const text = createGunzip()
  const bytes = createReadStream(file).on('error', error => text.destroy(error))
  const close = () => {
    bytes.destroy()
    text.destroy()
  }
  const reader = createDumpReader(bytes.pipe(text))
  try {
    const header = headerSchema.safeParse(await reader.line())
    if (!header.success) throw new Error('it is of another program, or of a later version of this one')
    return { header: header.data, reader, [Symbol.dispose]: close }
  } catch (cause) {
    close()
    throw new Error(`${file} is no dump that can be read`, { cause })
  }
}
