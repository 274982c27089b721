import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { openShardStore } from './session-store.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sessions-'))
  return () => rmSync(directory, { recursive: true })
})

const open = () => openShardStore({ directory, shardId: 3, shardCount: 8 })
const session = { sessionId: 'abc', sequence: 1, shardId: 3, shardCount: 8, resumeURL: 'ws://127.0.0.1' }
const ready = { user: { id: '9' }, application: { id: '9' } }
const guild = (id: string, more = {}) => ({ t: 'GUILD_CREATE', d: { id, channels: [], ...more } })

it('gives another process what was kept, up to the last event that was handled', () => {
  const store = open()
  store.begin(session, ready)
  store.keep(guild('1'))
  store.keep(guild('2'))
  store.keep({ t: 'CHANNEL_CREATE', d: { id: '10', guild_id: '1' } })
  store.keep({ t: 'MESSAGE_CREATE', d: { id: '11', content: 'private' } })
  store.handled(4_711)
  const { guilds = [], ...rest } = open().load() ?? {}
  expect(rest).toEqual({ session: { ...session, sequence: 4_711 }, ready })
  expect(guilds).toEqual([
    { id: '1', channels: [{ id: '10', guild_id: '1' }] },
    { id: '2', channels: [] },
  ])
  // Once read, it goes on from there.
  const second = open()
  second.load()
  second.keep({ t: 'GUILD_DELETE', d: { id: '2', unavailable: true } })
  second.handled(4_712)
  expect(open().load()?.guilds[1]).toEqual({ id: '2', unavailable: true })
  expect(open().load()?.session.sequence).toBe(4_712)
})

it('has nothing where there is no session, where it was forgotten, and for another shard count', () => {
  expect(open().load()).toBeUndefined()
  const store = open()
  store.begin(session, ready)
  expect(openShardStore({ directory, shardId: 3, shardCount: 9 }).load()).toBeUndefined()
  store.forget()
  expect(open().load()).toBeUndefined()
  expect(readdirSync(directory)).toEqual([])
})

it('does not resume with the sequence of another session', () => {
  const store = open()
  store.begin(session, ready)
  store.handled(900)
  store.begin({ ...session, sessionId: 'new' }, ready)
  expect(open().load()?.session).toMatchObject({ sessionId: 'new', sequence: 1 })
})

it('reads what a killed process left half written', () => {
  const store = open()
  store.begin(session, ready)
  store.keep(guild('1'))
  appendFileSync(join(directory, '3-of-8.guilds'), '{"t":"GUILD_CREATE","d":{"id":"2"')
  expect(open().load()?.guilds).toEqual([{ id: '1', channels: [] }])
})

it('does not grow with the number of events, and is for this user alone', () => {
  const store = open()
  store.begin(session, ready)
  store.keep(guild('1'))
  const name = 'x'.repeat(10_000)
  for (let turn = 0; turn < 1_000; turn += 1)
    store.keep({ t: 'CHANNEL_UPDATE', d: { id: '10', guild_id: '1', name, turn } })
  const { size, mode } = statSync(join(directory, '3-of-8.guilds'))
  expect(size).toBeLessThan(2_000_000)
  expect(mode & 0o077).toBe(0)
  expect(open().load()?.guilds[0]?.['channels']).toMatchObject([{ turn: 999 }])
})
