import { type ClusterAnswer, clusterAnswerSchema, guildAnswerSchema } from '@shardlight/status-client'
import { eventually, startSandbox, testDatabase } from '@shardlight/testing'
import { expect, it } from 'vitest'
import { prepareManagers } from './managers.ts'

const TOKEN = 'a-token-for-operators'
const SLOW = { withinMs: 120_000 }

it('shows the shards that a real bot is going to, and goes over to them without a shard that nobody knows', {
  timeout: 300_000,
}, async () => {
  await using sandbox = await startSandbox({ guilds: 4, environment: { SANDBOX_MAX_CONCURRENCY: '1' } })
  await using database = await testDatabase()
  await using managers = await prepareManagers({ sandbox, databaseUrl: database.url, totalShards: 2 })
  const manager = await managers.start({ MANAGER_TOKEN: TOKEN })
  await manager.untilConnected()
  await managers.status.untilAllOnline(2)

  const api = `${managers.status.url}/api/v2/clusters/main`
  const read = async (): Promise<ClusterAnswer> => clusterAnswerSchema.parse(await (await fetch(api)).json())
  const [guild] = (await sandbox.world()).guilds
  const asked = await fetch(`${manager.url}/operations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ kind: 'reshard', totalShards: 3 }),
  })
  expect(asked.ok).toBe(true)

  const before = await eventually(
    'the first of three is connected',
    async () => {
      const answer = await read()
      const { coming } = answer
      return coming?.totalShards === 3 && coming.counts.online > 0 && answer
    },
    SLOW,
  )
  expect(before).toMatchObject({ totalShards: 2, states: '33' })
  const found = guildAnswerSchema.parse(await (await fetch(`${api}/guilds/${guild?.id}`)).json())
  expect(found).toMatchObject({ totalShards: 2, coming: { totalShards: 3 } })

  const seen: string[] = []
  await eventually(
    'the bot has three shards',
    async () => {
      const { states, coming } = await read()
      seen.push(states)
      return coming === null && states === '333'
    },
    { ...SLOW, everyMs: 20 },
  )
  expect(seen.filter(states => /[01]/.test(states))).toEqual([])
})
