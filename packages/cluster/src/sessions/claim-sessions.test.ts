import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { claimSessions } from './claim-sessions.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'claims-'))
  return () => rmSync(directory, { recursive: true })
})

const claim = (epoch: bigint, formerEpoch: bigint | null, shards = [0, 1]) =>
  claimSessions({ directory, shards, epoch, formerEpoch })
const write = (...names: string[]) => names.map(name => writeFileSync(join(directory, name), ''))
const sessions = () => readdirSync(directory).filter(name => /of/.test(name))

it('leaves the sessions to the owner that comes next', () => {
  claim(7n, 0n)
  write('0-of-2.guilds', '1-of-2.guilds')
  claim(8n, 7n)
  expect(sessions()).toEqual(['0-of-2.guilds', '1-of-2.guilds'])
})

it('forgets them when another owned the shards meanwhile, and leaves those of other shards', () => {
  claim(7n, 0n)
  write('0-of-12.guilds', '0-of-12.sequence', '1-of-12.guilds', '10-of-12.guilds')
  claim(9n, 8n)
  expect(sessions()).toEqual(['10-of-12.guilds'])
})

it('forgets them when nobody knows whose they are', () => {
  write('0-of-2.guilds')
  claim(7n, null)
  expect(sessions()).toEqual([])
})
