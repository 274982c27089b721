import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { version as wsVersion } from '@discordjs/ws'
import { version as discordVersion } from 'discord.js'
import { expect, it } from 'vitest'
import { PROVEN_WITH } from './discord-internals.ts'

it('runs with the versions of discord.js and @discordjs/ws whose private parts it was proven with', () => {
  expect({ 'discord.js': discordVersion, '@discordjs/ws': wsVersion }).toEqual(PROVEN_WITH)
})

it('extends the same @discordjs/ws that discord.js uses', () => {
  const require = createRequire(import.meta.url)
  const ofDiscord = createRequire(require.resolve('discord.js'))
  expect(ofDiscord.resolve('@discordjs/ws')).toBe(require.resolve('@discordjs/ws'))
})

it('finds each private part where it looks for it', () => {
  const require = createRequire(import.meta.url)
  const ws = readFileSync(require.resolve('@discordjs/ws'), 'utf8')
  const parts = ['connection = null', 'failedToConnectDueToNetworkError = false', 'lastHeartbeatAt = -1']
  for (const part of [...parts, 'async internalConnect()', 'shards = new']) expect(ws).toContain(part)
  const manager = require.resolve('discord.js').replace(/index\.js$/, 'client/websocket/WebSocketManager.js')
  const source = readFileSync(manager, 'utf8')
  for (const part of ['triggerClientReady()', 'this.shards.get(shardId).sessionInfo', 'this.status ='])
    expect(source).toContain(part)
})
