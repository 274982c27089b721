import { createHash } from 'node:crypto'
import { type Check, type Header, LINE_FEED, openDump, tableSchema, trailerSchema } from './dump-file.ts'

/** Reads a dump to its end. @throws where it is cut, or is not what was written. */
export async function verify(file: string): Promise<{ header: Header; checks: Record<string, Check> }> {
  using opened = await openDump(file)
  const { header, reader } = opened
  const found: Record<string, Check> = {}
  for (;;) {
    const line = await reader.line()
    const table = tableSchema.safeParse(line)
    if (!table.success) {
      const trailer = trailerSchema.safeParse(line)
      if (!trailer.success)
        throw new Error(`${file} ends too early: it was not written to its end, or was cut`)
      const { checks } = trailer.data
      for (const name of Object.keys({ ...found, ...checks })) {
        const [is, was] = [found[name], checks[name]]
        if (is?.sha256 !== was?.sha256) throw new Error(`${file} is damaged: ${name} is not what was written`)
        if (is?.rows !== was?.rows)
          throw new Error(`${file} is damaged: ${name} has ${is?.rows} rows, and had ${was?.rows}`)
      }
      return { header, checks }
    }
    const hash = createHash('sha256')
    let rows = 0
    for await (const chunk of reader.rows()) {
      hash.update(chunk)
      for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) rows += 1
    }
    found[table.data.table] = { rows, sha256: hash.digest('hex') }
  }
}
