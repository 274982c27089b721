import { readFileSync } from 'node:fs'
import { referenceData } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { readRecentChange } from './recent-change.ts'

const reference = referenceData('wikimedia/recentchange-enwiki-2023-07-29.jsonl')

const minimal = { meta: { id: 'a', dt: '2026-11-21T10:00:00Z', stream: 'mediawiki.recentchange' } }
const read = (event: unknown) => readRecentChange(JSON.stringify(event))

describe('an event', () => {
  it.skipIf(reference.isAbsent)('of the real stream is read, every field', () => {
    const lines = readFileSync(reference.file, 'utf8').trim().split('\n')
    expect(lines).toHaveLength(100)
    for (const line of lines) {
      const source = JSON.parse(line)
      const { parsedcomment, ...kept } = source
      expect(parsedcomment).toBeTypeOf('string')
      const change = readRecentChange(line)
      if (!('change' in change)) throw new Error(`unreadable: ${line}`)
      expect(JSON.parse(change.change.raw)).toEqual(kept)
      expect(change.change).toMatchObject({
        id: source.meta.id,
        at: new Date(source.meta.dt),
        wiki: 'en.wikipedia.org',
        type: source.type,
        isBot: source.bot,
        isMinor: source.minor,
        namespace: source.namespace,
        title: source.title,
        editor: source.user,
        comment: source.comment,
        oldLength: source.length.old,
        newLength: source.length.new,
      })
    }
  })

  it('needs no more than its id and its moment', () => {
    expect(read(minimal)).toMatchObject({
      change: {
        id: 'a',
        wiki: 'unknown',
        type: 'unknown',
        isBot: false,
        editor: null,
        title: null,
        oldLength: null,
      },
    })
  })

  it('with fields of other types is read without them, and kept whole', () => {
    const odd = {
      ...minimal,
      type: 7,
      bot: 'yes',
      length: { new: '12', old: 3 },
      namespace: 1e12,
      log_params: ['x'],
    }
    const change = read(odd)
    expect(change).toMatchObject({
      change: { type: 'unknown', isBot: false, namespace: null, oldLength: 3, newLength: null },
    })
    expect('change' in change && JSON.parse(change.change.raw)).toEqual(odd)
  })

  it.each([
    ['{', /no JSON/],
    ['[]', /expected object/],
    ['7', /no object/],
    ['{"meta":{"dt":"2026-11-21T10:00:00Z"}}', /meta\.id/],
    ['{"meta":{"id":"a","dt":"yesterday"}}', /meta\.dt/],
    ['{"meta":{"id":"a","dt":"9999-01-01T00:00:00Z"}}', /since Wikipedia began/],
  ])('%s is unreadable, and says why', (json, reason) => {
    expect(readRecentChange(json)).toEqual({ unreadable: expect.stringMatching(reason) })
  })

  it('that is a canary is none', () => {
    expect(read({ ...minimal, meta: { ...minimal.meta, domain: 'canary' } })).toEqual({ canary: true })
  })

  it('with what PostgreSQL does not take is made storable', () => {
    const change = readRecentChange(
      '{"meta":{"id":"a","dt":"2026-11-21T10:00:00Z"},"title":"a\\u0000b","comment":"half \\ud800 a character \\\\u0000"}',
    )
    expect(change).toMatchObject({
      change: { title: 'a\ufffdb', comment: 'half \ufffd a character \\u0000' },
    })
    expect('change' in change && JSON.parse(change.change.raw)).toMatchObject({ title: 'a\ufffdb' })
  })
})
