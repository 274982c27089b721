import { readFileSync } from 'node:fs'
import { openDatabase } from '@shardlight/database'
import {
  createChangeStore,
  dayOf,
  migrateRecentChanges,
  type RecentChange,
  readRecent,
  readRecentChange,
} from '@shardlight/recent-changes'
import { referenceData, testDatabase } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { languageCodes } from './languages.ts'
import { lineOf, nextPage } from './recent-message.ts'

const { file, isAbsent } = referenceData('wikimedia/recentchange-enwiki-2023-07-29.jsonl')

/** As somebody reads it: without what keeps words from formatting anything. */
const asRead = (text: string) => text.replaceAll(/\\(?=[\W_])/g, '').replaceAll(/[\u200b\u2068\u2069]/g, '')

describe.skipIf(isAbsent)('genuine changes', () => {
  const sources = isAbsent
    ? []
    : readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map(line => ({ line, source: JSON.parse(line) }))

  it('are stored and shown, every field', async () => {
    await using opened = new AsyncDisposableStack()
    const { url } = opened.use(await testDatabase())
    const database = opened.use(await openDatabase({ url, applicationName: 'test' }))
    await migrateRecentChanges(database)
    const store = createChangeStore(database)
    const changes: RecentChange[] = sources.map(({ line }) => {
      const read = readRecentChange(line)
      if (!('change' in read)) throw new Error(`unreadable: ${line}`)
      return read.change
    })
    await store.ensureDays(new Set(changes.map(change => dayOf(change.at))))
    expect(await store.insert(database, changes)).toEqual({ stored: 100, duplicates: 0, tooOld: 0 })

    const rows = await database.query<Record<string, unknown> & { id: string }>(
      'SELECT * FROM recent_changes',
    )
    const shown = await readRecent(database, { wiki: 'en.wikipedia.org', limit: 100 })
    const times = shown.map(change => change.at.getTime())
    expect(times).toEqual(times.toSorted((one, other) => other - one))
    for (const { source } of sources) {
      const { parsedcomment: _, ...raw } = source
      expect(rows.find(row => row.id === source.meta.id)).toMatchObject({
        at: new Date(source.meta.dt),
        wiki: source.server_name,
        type: source.type,
        is_bot: source.bot,
        is_minor: source.minor ?? false,
        namespace: source.namespace,
        title: source.title,
        editor: source.user,
        comment: source.comment,
        old_length: source.length?.old ?? null,
        new_length: source.length?.new ?? null,
        raw,
      })
      const change = shown.find(one => one.id === source.meta.id)
      if (source.type === 'categorize') {
        expect(change).toBeUndefined()
        continue
      }
      if (!change) throw new Error(`not shown: ${source.meta.id}`)
      const [line = '', comment = ''] = lineOf(change).split('\n')
      expect(line).toContain(`<t:${new Date(source.meta.dt).getTime() / 1_000}:f>`)
      const address = /\]\((?<address>\S+?)\)/.exec(line)?.groups?.['address'] ?? ''
      expect(decodeURIComponent(address)).toBe(decodeURIComponent(source.title_url))
      const read = asRead(line)
      expect(read).toContain(`[${source.title.slice(0, 70)}`)
      expect(read).toContain(` · ${source.user}`)
      if (source.length) {
        const difference = source.length.new - (source.length.old ?? 0)
        const sign = difference < 0 ? '\u2212' : '+'
        expect(read).toContain(`**${sign}${Math.abs(difference).toLocaleString('en')}**`)
      }
      expect(read.includes(' · bot')).toBe(source.bot)
      expect(read.includes(' · minor')).toBe(source.minor ?? false)
      expect(asRead(comment).slice(3, 60)).toBe(source.comment.replaceAll(/\s+/g, ' ').trim().slice(0, 57))
    }
  })
})

describe('the button for the next page', () => {
  it('fits, whatever is asked for in whatever language', () => {
    const end = { at: new Date('2099-12-31'), id: '00000000-0000-0000-0000-000000000000' }
    const wanted = { left: 100, filters: 'b1m1n-9999tcategorize' }
    const lengths = languageCodes.map(language => nextPage({ ...wanted, language }, end).length)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(100)
  })
})

describe('a title', () => {
  it('of any length leaves room for others', () => {
    const line = lineOf({
      id: 'a',
      at: new Date(0),
      wiki: 'ru.wikipedia.org',
      type: 'edit',
      isBot: false,
      isMinor: false,
      title: 'Маяк '.repeat(1_000),
      editor: 'Keeper',
      comment: null,
      oldLength: null,
      newLength: null,
    })
    expect(line.length).toBeLessThan(300)
  })
})

describe('words from the outside', () => {
  it('from right to left keep to themselves', () => {
    const line = lineOf({
      id: 'a',
      at: new Date(0),
      wiki: 'ar.wikipedia.org',
      type: 'edit',
      isBot: false,
      isMinor: false,
      title: 'منارة',
      editor: 'حارس',
      comment: null,
      oldLength: 10,
      newLength: 15,
    })
    expect(line).toContain('[\u2068منارة\u2069](')
    expect(line).toContain('\u2068حارس\u2069 · **+5**')
  })
})
