import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import leven from 'leven'
import type { Deployment } from '../deployment.ts'
import { bad, doubt, type Examination, type Finding, good } from '../finding.ts'
import { runOwn } from './run-own.ts'

const repository = join(import.meta.dirname, '..', '..', '..', '..')

/** What `npm start` sets itself where it is not set; nothing goes there. */
const EMBEDDED = {
  DATABASE_URL: 'postgres://embedded.invalid/postgres',
  DISCORD_TOKEN: 'made-up',
}

/** Each app reads them with its own reader. */
async function readByApps({ environment, read }: Deployment, signal: AbortSignal): Promise<Finding[]> {
  const missing = Object.entries(EMBEDDED).filter(([name]) => read(name) === undefined)
  const output = await runOwn('read-configs.ts', {
    environment: { ...environment, ...Object.fromEntries(missing) },
    signal,
  })
  // A contact is a matter of its own, told with the stream.
  const problems = output
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('WIKIPEDIA_CONTACT is not set'))
  if (problems.length === 0) return [good('every app can read its variables')]
  return problems.map(problem => bad(problem, 'mend it in .env or where the variable is set'))
}

const knownNames = (): string[] =>
  [...readFileSync(join(repository, '.env.example'), 'utf8').matchAll(/^(?<name>[A-Z_]+)=/gm)].map(
    found => found.groups?.['name'] ?? '',
  )

/** What resembles a variable of ours, and is none. */
function misspelt({ environment, inFile }: Deployment): Finding[] {
  const known = knownNames()
  const isKnown = (name: string) =>
    known.includes(name) || known.includes(name.replace(/_FILE$/, '')) || name.startsWith('OTEL_')
  return Object.keys(environment).flatMap(name => {
    if (environment[name] === '' || isKnown(name)) return []
    const distance = (to: string) => leven(to, name.toUpperCase())
    const [nearest = ''] = known.toSorted((a, b) => distance(a) - distance(b))
    const isNear = distance(nearest) <= (name.length > 8 ? 3 : 1)
    if (isNear) return [doubt(`${name} is set, and no app reads it`, `is ${nearest} meant?`)]
    if (!inFile.includes(name)) return []
    return [doubt(`.env sets ${name}, and no app reads it`, '.env.example lists what there is')]
  })
}

export const variables = (deployment: Deployment): Examination => ({
  name: 'variables',
  todo: 'run it from a whole checkout, with its packages installed',
  isWork: true,
  run: async signal => [...(await readByApps(deployment, signal)), ...misspelt(deployment)],
})
