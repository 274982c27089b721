import { expect, it } from 'vitest'
import { flatCommands, readOption } from './flat-commands.ts'

const to = { name: 'to', description: '', type: 4, required: true, min_value: 1, max_value: 9_999 }
const commands = [
  {
    id: '1',
    name: 'countdown',
    description: '',
    options: [
      { name: 'start', description: 'go', type: 1, options: [to] },
      { name: 'stop', description: 'halt', type: 1 },
    ],
  },
  { id: '2', name: 'ping', description: 'pong', options: [] },
  { id: '3', name: 'local', description: 'here only', guildId: '9', options: [] },
]

it('offers each subcommand on its own, and a guild’s commands only there', () => {
  expect(flatCommands(commands, undefined).map(one => one.name)).toEqual([
    'countdown start',
    'countdown stop',
    'ping',
  ])
  expect(flatCommands(commands, '9').map(one => one.name)).toContain('local')
})

it('reads numbers and says what does not fit', () => {
  expect(readOption(to, ' 5 ')).toBe(5)
  expect(() => readOption(to, '')).toThrow('to: a value is needed')
  expect(() => readOption(to, '1.5')).toThrow('a whole number')
  expect(() => readOption(to, '10000')).toThrow('9999 at most')
  expect(() => readOption(to, '0')).toThrow('1 at least')
})
