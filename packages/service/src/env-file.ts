import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

/**
 * What the file `.env` of a directory adds to an environment, which comes before it: nothing that is set there, be it by
 * NAME or by NAME_FILE.
 */
export function readEnvFile(
  directory: string,
  environment: Record<string, string | undefined>,
): Record<string, string> {
  const file = join(directory, '.env')
  if (!existsSync(file)) return {}
  const added: Record<string, string> = {}
  for (const [name, value] of Object.entries(parseEnv(readFileSync(file, 'utf8')))) {
    const other = name.endsWith('_FILE') ? name.slice(0, -'_FILE'.length) : `${name}_FILE`
    if (value !== undefined && environment[name] === undefined && !environment[other]) added[name] = value
  }
  return added
}
