import { connectTo } from '@shardlight/redis'
import type { Deployment } from '../deployment.ts'
import { bad, doubt, type Examination, type Finding, good } from '../finding.ts'

const OLDEST_MAJOR = 6

const fieldsOf = (info: string) =>
  Object.fromEntries(info.split('\r\n').flatMap(line => (line.includes(':') ? [line.split(':', 2)] : [])))

function judgeMemory(fields: Record<string, string | undefined>): Finding[] {
  const most = Number(fields['maxmemory'] ?? 0)
  const policy = fields['maxmemory_policy'] ?? 'noeviction'
  if (most === 0 || policy === 'noeviction') return []
  return [
    doubt(
      `it forgets keys when its memory is full (${policy}): shards would seem unknown until they push again`,
      'give it `maxmemory-policy noeviction`, and enough memory',
    ),
  ]
}

/** Redis may be lost at any moment; where it is set, it should be of use. */
export const redis = ({ read }: Deployment): Examination => ({
  name: 'Redis',
  todo: 'is it running, and is REDIS_URL right? Without it the page forgets when it restarts',
  async run() {
    const url = read('REDIS_URL')
    if (url === undefined)
      return [good('no REDIS_URL: `npm start` brings one, or the page keeps its states in memory')]
    const client = connectTo(url)
    client.on('error', () => {})
    try {
      await client.connect()
      const fields = fieldsOf(await client.info())
      const version = fields['redis_version'] ?? 'unknown'
      if (Number(version.split('.')[0]) < OLDEST_MAJOR)
        return [bad(`Redis ${version} is too old`, `take ${OLDEST_MAJOR} or newer, or Valkey`)]
      const answer = await client.eval('return redis.call("TIME")', 0).catch(() => undefined)
      if (answer === undefined)
        return [bad('scripts may not be run', 'allow EVAL, EVALSHA and TIME to this user (ACL)')]
      return [good(`Redis ${version} answers, and runs scripts`), ...judgeMemory(fields)]
    } finally {
      client.disconnect()
    }
  },
})
