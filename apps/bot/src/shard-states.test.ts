import { ShardState } from '@shardlight/shard-registry'
import { Client, Events } from 'discord.js'
import { expect, it } from 'vitest'
import { followShardStates } from './shard-states.ts'

function follow() {
  const client = new Client({ intents: [] })
  const connected = new Set<number>()
  const states = followShardStates({
    client,
    gateway: { isConnected: id => connected.has(id) },
    shards: [0, 1],
    onChange() {},
  })
  return {
    states,
    comeUp(id: number) {
      connected.add(id)
      client.emit(Events.ShardResume, id, 0)
    },
    lose(id: number) {
      connected.delete(id)
      client.emit(Events.ShardReconnecting, id)
    },
  }
}

it('counts how often a shard came back, and when it last did', () => {
  const { states, comeUp, lose } = follow()
  comeUp(0)
  comeUp(0)
  expect(states.reconnectsOf(0)).toEqual({ reconnects: 0, reconnectedAtMs: null })
  lose(0)
  lose(0)
  expect([states.of(0), states.reconnectsOf(0).reconnects]).toEqual([ShardState.Resuming, 0])
  const beganMs = Date.now()
  comeUp(0)
  lose(0)
  comeUp(0)
  expect(states.reconnectsOf(0).reconnects).toBe(2)
  expect(states.reconnectsOf(0).reconnectedAtMs).toBeGreaterThanOrEqual(beganMs)
  expect(states.reconnectsOf(1)).toEqual({ reconnects: 0, reconnectedAtMs: null })
})

it('does not count a first connection that took several tries', () => {
  const { states, comeUp, lose } = follow()
  lose(1)
  comeUp(1)
  expect([states.of(1), states.reconnectsOf(1).reconnects]).toEqual([ShardState.Online, 0])
})
