import { expect, test } from 'vitest'
import { mentionsIn } from './mentions.ts'
import { createWorld } from './world.ts'

const world = createWorld()
const ada = world.addUser('Ada').id
const grace = world.addUser('Grace').id
const guildId = '42'

test('a text pings the users it names, each once, and nobody who does not exist', () => {
  const { mentionIds } = mentionsIn(`<@${ada}> <@!${ada}> <@${grace}> <@5>`, { world, guildId })
  expect(mentionIds).toEqual([ada, grace])
})

test('@everyone and @here ping in guilds only', () => {
  expect(mentionsIn('hello @here', { world, guildId }).mentionEveryone).toBe(true)
  expect(mentionsIn('hello @everyone', { world, guildId: undefined }).mentionEveryone).toBe(false)
  expect(mentionsIn('mail me@everyone.example?', { world, guildId, allowed: {} }).mentionEveryone).toBe(false)
})

test('a reply pings its author, unless allowed_mentions says otherwise', () => {
  const reply = { world, guildId, repliedTo: ada }
  expect(mentionsIn('yes', reply).mentionIds).toEqual([ada])
  expect(mentionsIn('yes', { ...reply, allowed: { parse: [] } }).mentionIds).toEqual([])
  expect(mentionsIn('yes', { ...reply, allowed: { parse: [], replied_user: true } }).mentionIds).toEqual([
    ada,
  ])
})

test('a role pings when allowed_mentions names it or all roles', () => {
  const roles = (allowed: Parameters<typeof mentionsIn>[1]['allowed']) =>
    mentionsIn(`<@&${guildId}>`, { world, guildId, allowed }).mentionRoleIds
  expect(roles({ parse: [] })).toEqual([])
  expect(roles({ parse: ['roles'] })).toEqual([guildId])
  expect(roles({ roles: [guildId] })).toEqual([guildId])
})
