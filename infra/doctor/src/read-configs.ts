import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError } from '@shardlight/service'
import { z } from 'zod'

/** Each app's own reader of its variables; they are found by their paths, since nothing else here knows apps. */
const readers = [
  { file: 'apps/local/src/config.ts', reader: 'readLocalConfig' },
  { file: 'apps/bot/src/config.ts', reader: 'readManagerConfig' },
  { file: 'apps/status/src/config.ts', reader: 'readStatusConfig' },
  { file: 'apps/ingester/src/config.ts', reader: 'readIngesterConfig' },
]

/** A program: prints each problem of the variables in its environment once, on a line of its own. */
const repository = join(import.meta.dirname, '..', '..', '..')
const problems = new Set<string>()
for (const { file, reader } of readers) {
  const path = join(repository, file)
  // An image has one app alone.
  if (!existsSync(path)) continue
  const exported: unknown = await import(pathToFileURL(path).href)
  const read = z.record(z.string(), z.unknown()).parse({ ...Object(exported) })[reader]
  if (typeof read !== 'function') throw new Error(`${file} exports no ${reader}`)
  try {
    read(process.env, [])
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const problem of error.problems) problems.add(problem)
  }
}
for (const problem of problems) console.log(problem)
