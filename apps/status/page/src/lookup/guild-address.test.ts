import { expect, it } from 'vitest'
import { addressWith, guildOfPath, pathOfGuild } from './guild-address.ts'

it.each([
  ['/g/1161574221348863930', '1161574221348863930'],
  ['/g/1161574221348863930/', '1161574221348863930'],
  ['/g/%3Cb%3E', '<b>'],
  ['/g/%', '%'],
  ['/', ''],
  ['/g/', ''],
])('reads of the path %s the guild "%s"', (path, guild) => {
  expect(guildOfPath(path)).toBe(guild)
})

it('keeps what the visitor has chosen, and nothing else', () => {
  expect(addressWith(pathOfGuild(5n), '?lang=de&guild=7&view=table')).toBe('/g/5?lang=de&view=table')
  expect(addressWith('/', '?lang=de', { view: 'table' })).toBe('/?lang=de&view=table')
  expect(addressWith('/', '?lang=de&view=table', { view: '' })).toBe('/?lang=de')
  expect(addressWith('/', '')).toBe('/')
})
