import type { Examined } from './examine.ts'

const SIGN = { good: '✓', doubt: '!', bad: '✗' } as const
const SECRET_NAME = /TOKEN|SECRET|PASSWORD|PASSPHRASE|WEBHOOK|HEADERS/
const LEAST_SECRET = 6

type Environment = Record<string, string | undefined>

/** `main:sha256:secret` and `ops=json:secret`, also without the names before it. */
const withoutNames = (piece: string): string[] => {
  const rest = /^[\w.-]+[:=](?<rest>[^/].*)$/.exec(piece)?.groups?.['rest']
  return rest === undefined ? [piece] : [piece, ...withoutNames(rest)]
}

/** As it is where it was not encoded, such as `50%off`. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The password, as it stands there, as URL writes it, and as it is meant. */
function passwordsIn(address: string): string[] {
  if (!URL.canParse(address)) return []
  const { password } = new URL(address)
  const asGiven = /^[^/]*\/\/[^/?#]*?:(?<given>[^/?#]*)@/.exec(address)?.groups?.['given'] ?? ''
  return [password, asGiven, decoded(password)]
}

/** Every piece of a value that must not be shown: whole tokens, those in lists, and passwords within addresses. */
export function secretsOf(environment: Environment, read: (name: string) => string | undefined): string[] {
  const names = new Set(Object.keys(environment).map(name => name.replace(/_FILE$/, '')))
  return [...names]
    .flatMap(name => {
      const value = read(name) ?? environment[name] ?? ''
      if (SECRET_NAME.test(name)) return [value, ...value.split(/[\s;,]+/).flatMap(withoutNames)]
      return passwordsIn(value)
    })
    .filter(piece => piece.length >= LEAST_SECRET)
    .toSorted((a, b) => b.length - a.length)
}

const redact = (findings: Examined[], secrets: string[]): Examined[] => {
  const hide = (text: string) =>
    secrets.reduce((shown, secret) => shown.replaceAll(secret, '[redacted]'), text)
  return findings.map(({ what, todo, ...finding }) => ({
    ...finding,
    what: hide(what),
    ...(todo !== undefined && { todo: hide(todo) }),
  }))
}

/** Everything fine on one line each; whatever is not has a second one, of what to do. */
export function describe(findings: Examined[], secrets: string[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length))
  const lines = redact(findings, secrets).map(({ name, level, what, todo }) => {
    const line = `${SIGN[level]} ${name.padEnd(width)}  ${what}`
    return todo === undefined ? line : `${line}\n  ${''.padEnd(width)}  → ${todo}`
  })
  const count = (level: Examined['level']) => findings.filter(one => one.level === level).length
  const [broken, doubtful] = [count('bad'), count('doubt')]
  const summary =
    broken + doubtful === 0
      ? 'All is well.'
      : `${broken} to be mended, ${doubtful} to be looked at, ${count('good')} fine.`
  return [...lines, '', summary].join('\n')
}

/** For programs. */
export const describeAsJson = (findings: Examined[], secrets: string[]): string =>
  JSON.stringify(
    { ok: findings.every(({ level }) => level !== 'bad'), findings: redact(findings, secrets) },
    null,
    2,
  )
