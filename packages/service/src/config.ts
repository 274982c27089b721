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

const SECRET_NAME = /TOKEN|SECRET|PASSWORD|PASSPHRASE|_URL$/

/**
 * Reads variables by name: `readConfig({ STATUS_PORT: port(3000) }, process.env)`.
 * An empty variable counts as absent.
 * @throws {ConfigError} naming every variable that is wrong, its value unless it may be secret, and what is expected.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: Record<string, string | undefined>,
): z.infer<z.ZodObject<Shape>> {
  const given = Object.fromEntries(
    Object.keys(shape).map(name => [name, environment[name] === '' ? undefined : environment[name]]),
  )
  const read = z.object(shape).safeParse(given)
  if (read.success) return read.data
  const problems = read.error.issues.map(issue => {
    const name = issue.path.map(String).join('.')
    const value = given[name]
    if (value === undefined) return `${name} is not set: ${issue.message}`
    return SECRET_NAME.test(name)
      ? `${name}: ${issue.message}`
      : `${name}=${JSON.stringify(value)}: ${issue.message}`
  })
  throw new ConfigError(problems)
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
