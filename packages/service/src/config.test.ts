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
