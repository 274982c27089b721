import { destination, type Level, type Logger, pino } from 'pino'

export type Log = Logger

const SECRET_KEYS = [
  'token',
  'authorization',
  'password',
  'secret',
  'passphrase',
  'cookie',
  'databaseUrl',
  'redisUrl',
]

/**
 * A JSON log on standard output, one object a line.
 * Values under secret-sounding keys, and every occurrence of the given `secrets` in any line, are replaced.
 */
export function createLog({
  name,
  level = 'info',
  secrets = [],
}: {
  name: string
  level?: Level | 'silent'
  secrets?: (string | undefined)[]
}): Log {
  const hidden = secrets.filter(secret => secret !== undefined && secret.length >= 6) as string[]
  const out = destination({ dest: 1, sync: true })
  const stream = {
    write(line: string) {
      out.write(hidden.reduce((shown, secret) => shown.replaceAll(secret, '[redacted]'), line))
    },
  }
  return pino(
    {
      name,
      level,
      base: { pid: process.pid },
      redact: { paths: SECRET_KEYS.flatMap(key => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
    },
    stream,
  )
}
