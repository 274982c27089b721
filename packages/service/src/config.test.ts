import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { ConfigError, flag, port, readConfig, webAddress, wholeNumber } from './config.ts'

const shape = {
  STATUS_PORT: port(3000),
  TOTAL_SHARDS: wholeNumber(1, 100),
  DISCORD_TOKEN: z.string('get one from the developer portal').regex(/\./, 'does not look like a bot token'),
  DATABASE_URL: webAddress('postgres', 'postgresql'),
  DISCORD_MESSAGE_CONTENT: flag(),
}

it('reads numbers, flags and defaults, an empty variable counting as absent', () => {
  const environment = {
    STATUS_PORT: '',
    TOTAL_SHARDS: '4',
    DISCORD_TOKEN: 'a.b',
    DATABASE_URL: 'postgres://x/y',
  }
  expect(readConfig(shape, environment)).toEqual({
    STATUS_PORT: 3000,
    TOTAL_SHARDS: 4,
    DISCORD_TOKEN: 'a.b',
    DATABASE_URL: 'postgres://x/y',
    DISCORD_MESSAGE_CONTENT: false,
  })
})

it('reports every problem at once by variable name, and never a value that may be secret', () => {
  const environment = {
    STATUS_PORT: '99999',
    TOTAL_SHARDS: '1.5',
    DISCORD_TOKEN: 'hunter2',
    DATABASE_URL: 'mysql://u:hunter2@x',
  }
  let problems: string[] = []
  try {
    readConfig(shape, environment)
  } catch (error) {
    if (error instanceof ConfigError) problems = error.problems
  }
  expect(problems).toEqual([
    'STATUS_PORT="99999": expected a port from 0 to 65535',
    'TOTAL_SHARDS="1.5": expected a whole number from 1 to 100',
    'DISCORD_TOKEN: does not look like a bot token',
    'DATABASE_URL: expected an address that begins with postgres:// or postgresql://',
  ])
})

it('says what is not set and what to do', () => {
  expect(() => readConfig({ DISCORD_TOKEN: shape.DISCORD_TOKEN }, {})).toThrow(
    'DISCORD_TOKEN is not set: get one from the developer portal',
  )
})

async function secretFile(content: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'shardlight-secret-')), 'token')
  await writeFile(file, content)
  return file
}

it('takes a secret from the file that NAME_FILE names, an empty file counting as absent', async () => {
  const token = { DISCORD_TOKEN: z.string('get one from the developer portal') }
  expect(readConfig(token, { DISCORD_TOKEN_FILE: await secretFile('a.b.c\n') })).toEqual({
    DISCORD_TOKEN: 'a.b.c',
  })
  const empty = await secretFile('\n')
  expect(() => readConfig(token, { DISCORD_TOKEN: '', DISCORD_TOKEN_FILE: empty })).toThrow(
    'DISCORD_TOKEN is not set: get one from the developer portal',
  )
})

it('names the variable and the file that cannot be read, or both variables where one must win', async () => {
  const token = { DISCORD_TOKEN: z.string(), STATUS_PORT: port(3000) }
  const environment = { DISCORD_TOKEN_FILE: '/nowhere/token', STATUS_PORT: 'x' }
  expect(() => readConfig(token, environment)).toThrow(
    'DISCORD_TOKEN_FILE="/nowhere/token": the file cannot be read (ENOENT); STATUS_PORT="x": expected a port from 0 to 65535',
  )
  const file = await secretFile('hunter2')
  expect(() => readConfig(token, { DISCORD_TOKEN: 'hunter3', DISCORD_TOKEN_FILE: file })).toThrow(
    /^DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set: set one of them$/,
  )
})

it('leaves to its reader a variable that names a file of its own, and reads no file for what is no secret', () => {
  const shape = {
    STATUS_TOKENS: z.string().default(''),
    STATUS_TOKENS_FILE: z.string(),
    STATUS_NAME: z.string().optional(),
  }
  const environment = { STATUS_TOKENS_FILE: '/nowhere', STATUS_NAME_FILE: '/nowhere' }
  expect(readConfig(shape, environment)).toEqual({ STATUS_TOKENS: '', STATUS_TOKENS_FILE: '/nowhere' })
})
