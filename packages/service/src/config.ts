import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** Every problem of a configuration at once, each a line that begins with the variable's name. */
export class ConfigError extends Error {
  readonly problems: string[]
  constructor(problems: string[]) {
    super(problems.join('; '))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

const SECRET_NAME = /TOKEN|SECRET|PASSWORD|PASSPHRASE|WEBHOOKS|_URL$|^OTEL_\w*ENDPOINT$/

type Environment = Record<string, string | undefined>

/** The value of a variable, or of the file that stands in for it: environments are seen by more programs than files. */
function secretOf(name: string, environment: Environment): { value?: string; problem?: string } {
  const value = environment[name]
  const variable = `${name}_FILE`
  const file = environment[variable]
  if (!file) return value ? { value } : {}
  if (value) return { problem: `${name} and ${variable} are both set: set one of them` }
  try {
    const content = readFileSync(file, 'utf8').trim()
    return content ? { value: content } : {}
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return { problem: `${variable}=${JSON.stringify(file)}: the file cannot be read (${code})` }
  }
}

/**
 * Reads variables by name: `readConfig({ STATUS_PORT: port(3000) }, process.env)`.
 * An empty variable counts as absent. For one that may be secret, NAME_FILE may name a file that holds its value.
 * @throws {ConfigError} naming every variable that is wrong, its value unless it may be secret, and what is expected.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: Environment,
): z.infer<z.ZodObject<Shape>> {
  const unreadable = new Map<string, string>()
  const given = Object.fromEntries(
    Object.keys(shape).map(name => {
      const mayBeInFile = SECRET_NAME.test(name) && !name.endsWith('_FILE') && !(`${name}_FILE` in shape)
      if (!mayBeInFile) return [name, environment[name] || undefined]
      const { value, problem } = secretOf(name, environment)
      if (problem !== undefined) unreadable.set(name, problem)
      return [name, value]
    }),
  )
  const read = z.object(shape).safeParse(given)
  if (read.success && unreadable.size === 0) return read.data
  const issues = (read.error?.issues ?? []).filter(({ path }) => !unreadable.has(String(path[0])))
  const problems = issues.map(issue => {
    const name = issue.path.map(String).join('.')
    const value = given[name]
    if (value === undefined) return `${name} is not set: ${issue.message}`
    return SECRET_NAME.test(name)
      ? `${name}: ${issue.message}`
      : `${name}=${JSON.stringify(value)}: ${issue.message}`
  })
  throw new ConfigError([...unreadable.values(), ...problems])
}

/** A TCP port; 0 lets the system choose. */
export const port = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, 'expected a port from 0 to 65535')
    .transform(Number)
    .refine(value => value <= 65_535, 'expected a port from 0 to 65535')
    .default(fallback)

export const host = () => z.string().min(1).default('127.0.0.1')

export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `expected a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine(value => value >= min && value <= max, `expected a whole number from ${min} to ${max}`)

export const flag = () =>
  z
    .enum(['true', 'false', '1', '0'], 'expected true or false')
    .transform(value => value === 'true' || value === '1')
    .default(false)

export const webAddress = (...protocols: string[]) =>
  z
    .string()
    .refine(
      value => URL.canParse(value) && protocols.includes(new URL(value).protocol.slice(0, -1)),
      `expected an address that begins with ${protocols.map(protocol => `${protocol}://`).join(' or ')}`,
    )

export const logLevel = () =>
  z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'expected trace, debug, info, warn, error, fatal or silent',
    )
    .default('info')
