import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readManagerConfig, readShardProcessConfig, shardProcessEnvironment } from './config.ts'

it('lets shard processes read what the manager has in files', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'shardlight-bot-'))
  const secret = async (name: string, content: string) => {
    await writeFile(join(directory, name), content)
    return join(directory, name)
  }
  const environment = {
    DISCORD_TOKEN_FILE: await secret('discord-token', 'a.b.c'),
    DATABASE_URL_FILE: await secret('database-url', 'postgres://u:p@x/y'),
    MANAGER_TOKEN_FILE: await secret('manager-token', '0123456789abcdef'),
  }
  const { DISCORD_TOKEN } = readManagerConfig(environment)
  const inherited = shardProcessEnvironment(environment, '/sessions')
  // As discord-hybrid-sharding does.
  const config = readShardProcessConfig({ ...inherited, DISCORD_TOKEN })
  expect(config).toMatchObject({ DISCORD_TOKEN: 'a.b.c', DATABASE_URL: 'postgres://u:p@x/y' })
  expect(inherited).not.toHaveProperty('MANAGER_TOKEN_FILE')
})
