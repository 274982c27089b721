import { describe, expect, it } from 'vitest'
import { noticesPushSchema } from './notices.ts'

const read = (...notices: unknown[]) => noticesPushSchema.safeParse({ source: 'manager', notices })

const problemsOf = (...notices: unknown[]) =>
  read(...notices).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)

describe('a notice', () => {
  it('is plain text on one line', () => {
    const text = 'Process 3\n\tkeeps \u202edying\u0007 \u200b<b>now</b> '
    expect(read({ id: 'a', level: 'problem', text }).data?.notices[0]?.text).toBe(
      'Process 3 keeps dying <b>now</b>',
    )
  })

  it('is refused with the field that is wrong', () => {
    const notice = { id: 'a', level: 'info', text: 'words' }
    expect(problemsOf({ ...notice, level: 'fatal' })?.[0]).toContain('notices.0.level')
    expect(problemsOf({ ...notice, text: '\u200b \n' })).toEqual(['notices.0.text: expected words'])
    expect(problemsOf({ ...notice, text: 'x'.repeat(301) })?.[0]).toContain('notices.0.text')
    expect(problemsOf({ ...notice, shards: [-1] })?.[0]).toContain('notices.0.shards.0')
    expect(problemsOf({ ...notice, id: 'a b' })?.[0]).toContain('notices.0.id')
    expect(problemsOf(notice, notice)).toEqual(['notices: expected each id once'])
  })
})
