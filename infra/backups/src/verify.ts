import { createHash } from 'node:crypto'
import { type Check, type Header, openDump, tableSchema, trailerSchema } from './dump-file.ts'

/** Reads a dump to its end. @throws where it is cut, or is not what was written. */
export async function verify(file: string): Promise<{ header: Header; checks: Record<string, Check> }> {
  using opened = await openDump(file)
  const { header, reader } = opened
  const found: Record<string, string> = {}
  for (;;) {
    const line = await reader.line()
    const table = tableSchema.safeParse(line)
    if (!table.success) {
      const trailer = trailerSchema.safeParse(line)
      if (!trailer.success)
        throw new Error(`${file} ends too early: it was not written to its end, or was cut`)
      const { checks } = trailer.data
      for (const [name, { sha256 }] of Object.entries(checks))
        if (found[name] !== sha256) throw new Error(`${file} is damaged: ${name} is not what was written`)
      return { header, checks }
    }
    const hash = createHash('sha256')
    for await (const chunk of reader.rows()) hash.update(chunk)
    found[table.data.table] = hash.digest('hex')
  }
}
