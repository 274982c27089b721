import { describe, expect, it } from 'vitest'
import { readAddressed } from './text.ts'

const read = (content: string, isDirect = false) =>
  readAddressed({ content, isDirect, botId: '42', botRoleId: '43' })

describe('a message is for the bot', () => {
  it.each([
    '<@42> count to 5',
    '<@!42> count to 5',
    '<@&43> count to 5',
    '   <@42>count   to\n5  ',
    '<@42> <@42> count to 5',
  ])('when it begins with a mention: %j', content => {
    expect(read(content)).toEqual({ words: 'count to 5', directly: true })
  })

  it('when it mentions the bot further on, but then unknown words need no answer', () => {
    expect(read('count to 5 <@42>')).toEqual({ words: 'count to 5', directly: false })
  })

  it('when it is direct, with a mention or without', () => {
    expect(read('count to 5', true)).toEqual({ words: 'count to 5', directly: true })
    expect(read('<@42> count to 5', true)).toEqual({ words: 'count to 5', directly: true })
  })

  it('when it is nothing but a mention', () => {
    expect(read('<@42>')).toEqual({ words: '', directly: true })
  })
})

describe('a message is not for the bot', () => {
  it.each([
    'count to 5',
    '<@421> count to 5',
    '<@4> count to 5',
    '<#42> count to 5',
    '@everyone count to 5',
    '\\<@ 42>',
    '',
  ])('without a mention of it: %j', content => {
    expect(read(content)).toBeUndefined()
  })
})
