import { FlagdCore, MemoryStorage } from '@openfeature/flagd-core'
import { z } from 'zod'

/** What a file of flags says, in a form that can be evaluated. */
export type ReadFlags = {
  core: FlagdCore
  /** By feature, whether it is on where nothing else is said, and whether its flag tells guilds apart. */
  states: Map<string, 'on' | 'off' | 'by guild or person'>
  /** What is allowed, and may not be what was meant. */
  doubts: string[]
}

const flag = z.object({
  state: z.enum(['ENABLED', 'DISABLED'], 'expected "state" to be "ENABLED" or "DISABLED"'),
  variants: z.record(z.string(), z.unknown(), 'expected "variants" to say what is on and what is off'),
  defaultVariant: z.string('expected "defaultVariant" to be one of the variants').nullish(),
  targeting: z.looseObject({}, 'expected "targeting" to be a rule').nullish(),
})
const flagFile = z.object({
  flags: z.record(z.string(), z.unknown(), 'expected "flags"'),
})
const schemaErrors = z.array(z.object({ instancePath: z.string(), message: z.string() }))

/** Its complaints come as evaluations that failed, and are told from there. */
const quiet = { error() {}, warn() {}, info() {}, debug() {} }

/** An id without quotes is rounded as it is read, and would mean another guild. */
function requireQuotedIds(_: string, value: unknown): unknown {
  if (typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value
  throw new Error(`${value} is too large for a number; ids stand in quotes`)
}

const firstIssue = (error: z.ZodError): string => error.issues[0]?.message ?? 'it cannot be read'

/** flagd's schema complains once for each rule that it could have been; the innermost complaint says the most. */
function explainSchema(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const list = /\[.*\]/s.exec(text)?.[0]
  if (list === undefined) return text
  const inner = schemaErrors.parse(JSON.parse(list)).toSorted((a, b) => depthOf(b) - depthOf(a))[0]
  const where = inner?.instancePath.split('/').slice(2).join('.')
  return `${where || 'the file'} is not as flagd's format has it (${inner?.message ?? text})`
}

const depthOf = ({ instancePath }: { instancePath: string }) => instancePath.split('/').length

/** Enough to find a rule that cannot be evaluated at all. */
const SAMPLES = [
  { targetingKey: '1', guildId: '1', userId: '2', isDirect: false, cluster: 'main', shard: 0 },
  { targetingKey: '2', userId: '2', isDirect: true, cluster: 'main', shard: 0 },
]

/**
 * Reads flags in flagd's format (https://flagd.dev/reference/flag-definitions/), of which those that are named like a
 * feature count.
 * @param known the features that there are; all that have a flag where they are not given
 * @throws {Error} that says in one line what is wrong
 */
export function readFlags(text: string, known?: readonly string[]): ReadFlags {
  const parsed = flagFile.safeParse(JSON.parse(text, requireQuotedIds))
  if (!parsed.success) throw new Error(firstIssue(parsed.error))
  const { flags } = parsed.data
  const features = known ?? Object.keys(flags)
  const states: ReadFlags['states'] = new Map()
  const doubts = Object.keys(flags)
    .filter(name => !features.includes(name))
    .map(name => `there is no feature “${name}”; there are ${features.join(', ')}`)
  const ours = features.flatMap(name => {
    if (flags[name] === undefined) return []
    const read = flag.safeParse(flags[name])
    if (!read.success) throw new Error(`${name}: ${firstIssue(read.error)}`)
    return [{ name, ...read.data }]
  })
  for (const { name, state, variants, defaultVariant } of ours) {
    const odd = Object.entries(variants).find(([, value]) => typeof value !== 'boolean')
    if (odd) throw new Error(`${name}: its variant “${odd[0]}” is neither true nor false`)
    if (typeof defaultVariant === 'string' && !Object.hasOwn(variants, defaultVariant))
      throw new Error(`${name}: it has no variant “${defaultVariant}”, which is its default`)
    if (state === 'DISABLED')
      doubts.push(
        `${name} is DISABLED, which says that its flag does not count: it is on. To switch it off, make the variant that is false its default`,
      )
  }

  const storage = new MemoryStorage(quiet)
  try {
    storage.setConfigurations(text, true)
  } catch (error) {
    throw new Error(explainSchema(error), { cause: error })
  }
  const core = new FlagdCore(storage, quiet)
  for (const { name, state, targeting } of ours) {
    const [inGuild] = SAMPLES.map(context => {
      const found = core.resolveBooleanEvaluation(name, true, { ...context, feature: name })
      if (found.reason === 'ERROR') throw new Error(found.errorMessage ?? `${name} cannot be evaluated`)
      return found.value
    })
    const isTargeted = state === 'ENABLED' && targeting && Object.keys(targeting).length > 0
    states.set(name, isTargeted ? 'by guild or person' : inGuild ? 'on' : 'off')
  }
  return { core, states, doubts }
}

/** In one line: `countdown off, wikipedia by guild or person`. */
export const describeFlags = ({ states }: ReadFlags): string =>
  [...states].map(([name, state]) => `${name} ${state}`).join(', ') || 'no feature has a flag, all are on'
