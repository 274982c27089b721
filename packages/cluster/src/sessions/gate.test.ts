import { Client } from 'discord.js'
import { expect, it } from 'vitest'
import { createGate } from './gate.ts'

function setUp(mayHandle = () => true) {
  const client = new Client({ intents: [] })
  const gate = createGate(client, mayHandle)
  const handled: string[] = []
  client.on('messageCreate', message => handled.push(message.id))
  client.on('guildUnavailable', guild => handled.push(`guild ${guild.id}`))
  const emit = client.emit.bind(client) as (event: string, subject: { id: string }) => boolean
  return { gate, handled, arrive: (id: string, event = 'messageCreate') => emit(event, { id }) }
}

it('lets everything through until it is muted', () => {
  const { handled, arrive } = setUp()
  arrive('1')
  arrive('2', 'guildUnavailable')
  expect(handled).toEqual(['1', 'guild 2'])
})

it('keeps messages while it is muted, and state goes on', () => {
  const { gate, handled, arrive } = setUp()
  gate.mute()
  arrive('1')
  arrive('2', 'guildUnavailable')
  expect(handled).toEqual(['guild 2'])
  gate.unmute([])
  expect(handled).toEqual(['guild 2', '1'])
})

it('hands out once, between two processes that receive the same in whatever order', () => {
  const before = setUp()
  const after = setUp()
  before.gate.remember()
  after.gate.mute()
  before.arrive('1')
  after.arrive('2')
  after.arrive('1')
  before.arrive('2')
  before.arrive('3')
  // The cut: 4 arrives only where it is muted, 3 arrives there late, and 5 after all is over.
  after.arrive('4')
  after.gate.unmute(before.gate.remembered())
  after.arrive('3')
  after.arrive('5')
  expect(before.handled).toEqual(['1', '2', '3'])
  expect(after.handled).toEqual(['4', '5'])
})

it('hands nothing out in a process whose shards are another’s', () => {
  let isOurs = true
  const { handled, arrive } = setUp(() => isOurs)
  isOurs = false
  arrive('1')
  expect(handled).toEqual([])
})
