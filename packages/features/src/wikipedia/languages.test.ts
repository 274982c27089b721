import { readFileSync } from 'node:fs'
import { referenceData } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { findLanguage, languageCodes, nameOf } from './languages.ts'

const { file, isAbsent } = referenceData('wikimedia/wikis-2025-05.csv')

describe('a language', () => {
  it.skipIf(isAbsent)('is known for every Wikipedia that there is', () => {
    const rows = readFileSync(file, 'utf8')
      .split('\n')
      .map(line => line.split(','))
    const codes = rows.flatMap(([, prefix, kind]) => (kind === 'wikipedia' && prefix ? [prefix] : []))
    expect(codes.length).toBeGreaterThan(300)
    const bare = codes.map(prefix => prefix.replace('.wikipedia.org', ''))
    expect(bare.filter(code => !languageCodes.includes(code))).toEqual([])
  })

  it.each([
    ['es', 'es'],
    ['ES', 'es'],
    ['Español', 'es'],
    ['spanish', 'es'],
    ['日本語', 'ja'],
    ['zh_yue', 'zh-yue'],
    ['de.wikipedia.org', 'de'],
    ['simple', 'simple'],
    ['Tagalog', 'tl'],
    ['Twi', 'tw'],
  ])('given as “%s” is %s', (given, code) => {
    expect(findLanguage(given)).toEqual({ code })
  })

  it.each([
    ['spansh', 'es'],
    ['Deutch', 'de'],
    ['enn', 'en'],
    ['Norwegian', 'nn'],
    ['norsk', 'no'],
    ['pt-br', 'pt'],
    ['xx', 'xh'],
  ])('that is not known, “%s”, gets the suggestion %s', (given, code) => {
    const found = findLanguage(given)
    expect('suggestions' in found && found.suggestions).toContain(code)
  })

  it('far from all has none', () => {
    expect(findLanguage('klingonese of the north')).toEqual({ suggestions: [] })
  })

  it('has a name of its own', () => {
    const names = languageCodes.map(nameOf)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })

  it('has its name in the language itself', () => {
    expect(['es', 'de', 'ja', 'zh-yue', 'simple'].map(nameOf)).toEqual([
      'español',
      'Deutsch',
      '日本語',
      '粵語',
      'Simple English',
    ])
  })
})
