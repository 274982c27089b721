import { existsSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER =
  process.env['REFERENCE_DATA'] ?? join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data')

/** A file of the reference data, which is not part of the repository; says so once where it is absent. */
export function referenceData(name: string): { file: string; isAbsent: boolean } {
  const file = join(FOLDER, name)
  const isAbsent = !existsSync(file)
  if (isAbsent) console.warn(`skipped: set REFERENCE_DATA to a folder with ${name} (looked for ${file})`)
  return { file, isAbsent }
}
