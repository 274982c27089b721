import { expect, it } from 'vitest'
import { refusalsOf } from './refusals.ts'

it('has nothing against nothing', () => {
  expect(refusalsOf({})).toEqual([])
  expect(
    refusalsOf({ DATABASE_URL: '', REDIS_URL_FILE: '', DISCORD_TOKEN: '', WIKIPEDIA_CONTACT: '' }),
  ).toEqual([])
})

it.each([
  ['DATABASE_URL', 'postgres://user:secret@db.example.org/name'],
  ['DATABASE_URL_FILE', '/etc/database-url'],
  ['REDIS_URL', 'rediss://:secret@cache.example.org:6380'],
  ['REDIS_URL_FILE', '/etc/redis-url'],
  ['DISCORD_TOKEN_FILE', '/etc/token'],
])('refuses %s, which no container would use, and does not repeat it', (name, value) => {
  const refusals = refusalsOf({ [name]: value })
  expect(refusals).toEqual([expect.stringMatching(new RegExp(`^${name} is set, but .*\\.env[^\\n]*$`))])
  expect(refusals.join()).not.toContain(value)
})

it('leaves alone where apps on this machine find the two servers', () => {
  const DATABASE_URL = 'postgres://shardlight:secret@127.0.0.1:5432/shardlight'
  expect(refusalsOf({ DATABASE_URL, REDIS_URL: 'redis://shardlight:secret@localhost:6379' })).toEqual([])
})

it('asks for a contact where Wikimedia would, and only there', () => {
  const asked = [expect.stringMatching(/^WIKIPEDIA_CONTACT is not set/)]
  expect(refusalsOf({ DISCORD_TOKEN: 'a.b.c' })).toEqual(asked)
  expect(refusalsOf({ WIKIPEDIA_STREAM_URL: 'https://stream.wikimedia.org/v2/stream/recentchange' })).toEqual(
    asked,
  )
  for (const more of [
    { WIKIPEDIA_CONTACT: 'operator@example.org' },
    { WIKIPEDIA_STREAM_URL: 'http://mirror.example.org/stream' },
    { INGESTER_MODE: 'kafka-to-postgresql' },
  ])
    expect(refusalsOf({ DISCORD_TOKEN: 'a.b.c', ...more })).toEqual([])
})
