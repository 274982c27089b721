import { describe, expect, it } from 'vitest'
import { UserError } from '../feature.ts'
import { cleanLine, readDurationMs, readLine, readParts, readUserId, readVoteId } from './read-input.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

describe('a duration', () => {
  it.each([
    ['1m', MINUTE_MS],
    ['90 minutes', 90 * MINUTE_MS],
    ['1h30m', 90 * MINUTE_MS],
    ['1d 12h', 1.5 * DAY_MS],
    ['9d', 9 * DAY_MS],
    ['2 days', 2 * DAY_MS],
  ])('of “%s” is understood', (text, ms) => {
    expect(readDurationMs(text, '1d')).toBe(ms)
  })

  it.each(['59s', '9d 1m', '0h', '-1h', 'soon', '5', '1e9d', 'Infinity days', '1m; DROP TABLE', '٣h'])(
    'of “%s” is refused with what to write',
    text => {
      expect(() => readDurationMs(text, '1d')).toThrow(UserError)
      expect(() => readDurationMs(text, '1d')).toThrow(/for example: 30m|one minute \(1m\) to nine days/)
    },
  )

  it('that was not given is the usual one', () => {
    expect(readDurationMs(undefined, '1d')).toBe(DAY_MS)
  })
})

describe('what somebody wrote', () => {
  it('is one line without anything invisible, but emoji stay whole', () => {
    expect(cleanLine('  a\u202eb\n\n# c\u200b\u0000 ')).toBe('a b # c')
    expect(cleanLine('👩‍🚀 family')).toBe('👩‍🚀 family')
  })

  it('is refused when it is empty or too long', () => {
    expect(() => readLine('a reason', '\u200b \n', 10)).toThrow('Please give me a reason.')
    expect(() => readLine('a reason', 'x'.repeat(11), 10)).toThrow(/may have 10 characters; yours has 11/)
  })

  it('falls into parts, the last of which may say how the vote is held', () => {
    expect(readParts('Tea? | Yes | No | for 2h secret early')).toEqual({
      parts: ['Tea?', 'Yes', 'No'],
      flags: { duration: '2h', secret: true, early: true },
    })
    expect(readParts('Tea? | Open | Secret garden')).toEqual({
      parts: ['Tea?', 'Open', 'Secret garden'],
      flags: {},
    })
    expect(readParts('Shop? | closed | open')).toEqual({ parts: ['Shop?', 'closed', 'open'], flags: {} })
    expect(readParts('Who? | for everyone | for 2 days open late')).toEqual({
      parts: ['Who?', 'for everyone'],
      flags: { duration: '2 days', secret: false, early: false },
    })
  })
})

describe('a person', () => {
  it.each(['<@1191168914248171520>', '<@!1191168914248171520>', '1191168914248171520'])(
    'named as %s is found',
    given => {
      expect(readUserId(given)).toBe(1191168914248171520n)
    },
  )

  it.each(['', '@everyone', 'Ken', '12', '<@&1191168914248171520>'])('named as “%s” is asked for', given => {
    expect(() => readUserId(given)).toThrow(/Mention the member/)
  })
})

describe('the number of a vote', () => {
  it('may have a # and may be absent', () => {
    expect(readVoteId('#12')).toBe(12n)
    expect(readVoteId('')).toBeUndefined()
    expect(() => readVoteId('twelve')).toThrow(/is no number of a vote/)
  })
})
