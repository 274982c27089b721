import { expect, it } from 'vitest'
import { matching, readOpenMention, withMentions } from './mentions.ts'

const people = [
  { id: '1', name: 'Ada' },
  { id: '2', name: 'Ada Byron' },
  { id: '3', name: 'Shardlight' },
]

it('turns names into mentions, in any case, the longest first', () => {
  expect(withMentions('@shardlight count to 5', people)).toBe('<@3> count to 5')
  expect(withMentions('hi @Ada Byron and @ada!', people)).toBe('hi <@2> and <@1>!')
})

it('leaves addresses, other names and finished mentions alone', () => {
  expect(withMentions('me@Ada.example @Adam <@Ada>', people)).toBe('me@Ada.example @Adam <@Ada>')
})

it('sees a mention that is being typed', () => {
  expect(readOpenMention('hi @sha', 7)).toEqual({ start: 3, query: 'sha' })
  expect(readOpenMention('@', 1)).toEqual({ start: 0, query: '' })
  expect(readOpenMention('me@sha', 6)).toBeUndefined()
  expect(readOpenMention('@Ada said', 9)).toBeUndefined()
})

it('offers whose name begins so', () => {
  expect(matching(people, 'ada').map(person => person.id)).toEqual(['1', '2'])
})
