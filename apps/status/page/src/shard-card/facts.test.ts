import type { ShardAnswer } from '@shardlight/status-client'
import { describe, expect, it } from 'vitest'
import { createTongue } from '../words/tongue.ts'
import { processFacts, shardFacts, shortFacts } from './facts.ts'

const NOW = Date.UTC(2026, 10, 21, 16, 5)
const MINUTE = 60_000
const english = createTongue('en', 'en', 'UTC')

const shard = (more: Partial<ShardAnswer> = {}): ShardAnswer => ({
  cluster: 'main',
  id: 17,
  state: 3,
  stateName: 'Online',
  sinceMs: NOW - 5 * MINUTE,
  lastHealthyMs: NOW - 3_000,
  pingMs: 41.4,
  guilds: 1_234,
  reconnects: 0,
  reconnectedAtMs: null,
  process: null,
  notices: [],
  coming: null,
  atMs: NOW,
  staleSinceMs: null,
  ...more,
})

const told = (facts: { name: string; value: string }[]) =>
  facts.map(({ name, value }) => `${name}: ${value}`.replaceAll(/\s/g, ' '))

describe('what is told of a shard', () => {
  it('is what is known now', () => {
    expect(told(shardFacts(shard(), NOW, english))).toEqual([
      'Online since: 16:00 UTC (5 min)',
      'Ping: 41 ms',
      'Servers: 1,234',
      'Reconnects: none since its process began',
      'Last heard: 3 sec. ago',
    ])
  })

  it('is told with its age when it is not new, and without what is known no more', () => {
    const silent = shard({ lastHealthyMs: NOW - 3 * MINUTE, staleSinceMs: NOW - 2 * MINUTE })
    expect(told(shardFacts(silent, NOW, english))).toEqual([
      'Online since: 16:00 UTC',
      'Ping: 41 ms, 3 min. ago',
      'Servers: 1,234, 3 min. ago',
      'Reconnects: none since its process began',
      'Last heard: 3 min. ago',
    ])
  })

  it('is an answer of a while ago where the API does not answer any more', () => {
    expect(told(shardFacts(shard(), NOW + MINUTE, english))[0]).toBe('Online since: 16:00 UTC')
    expect(told(shardFacts(shard(), NOW + MINUTE, english))[1]).toBe('Ping: 41 ms, 1 min. ago')
  })

  it('is called unknown, or left out where not everybody tells it, and never made up', () => {
    const nothing = shard({
      state: 0,
      sinceMs: null,
      lastHealthyMs: null,
      pingMs: null,
      guilds: null,
      reconnects: null,
    })
    expect(told(shardFacts(nothing, NOW, english))).toEqual([
      'Unknown since: unknown',
      'Ping: unknown',
      'Servers: unknown',
      'Last heard: never',
    ])
    expect(shortFacts(nothing, NOW, english)).toEqual([])
  })

  it('counts reconnects, and says when the last was', () => {
    const back = shard({ reconnects: 3, reconnectedAtMs: NOW - 9 * MINUTE })
    expect(told(shardFacts(back, NOW, english))).toContain('Reconnects: 3, last 9 min. ago')
  })
})

describe('what a process told of itself', () => {
  const process = {
    id: '3',
    pid: 4711,
    version: 'discord.js 14',
    startedAtMs: NOW - 125 * MINUTE,
    memoryBytes: 212_400_000,
  }

  it('is how it is now', () => {
    expect(told(processFacts(shard({ process: { ...process, lastPushMs: NOW } }), NOW, english))).toEqual([
      'Process: 3',
      'Process ID: 4711',
      'Running for: 2 hr 5 min',
      'Memory: 212 MB',
      'Made with: discord.js 14',
    ])
  })

  it('does not say that a silent one still runs', () => {
    const silent = shard({ process: { ...process, lastPushMs: NOW - 3 * MINUTE } })
    expect(told(processFacts(silent, NOW, english)).slice(2, 4)).toEqual([
      'Began: 14:00 UTC',
      'Memory: 212 MB, 3 min. ago',
    ])
  })

  it('is nothing where none is known', () => {
    expect(processFacts(shard(), NOW, english)).toEqual([])
  })
})
