import { describe, expect, it } from 'vitest'
import { chooseLanguage, localeOf, readAcceptLanguage } from './languages.ts'

describe('the language of the page', () => {
  it.each([
    [['de-AT', 'en'], 'de'],
    [['ja', 'fr-CA', 'en'], 'fr'],
    [['ES'], 'es'],
    [['ja', 'zh-Hant'], 'en'],
    [[], 'en'],
    [['constructor', '__proto__', '*', ''], 'en'],
  ])('for somebody who prefers %j is %s', (tags, language) => {
    expect(chooseLanguage(...tags)).toBe(language)
  })

  it('is the one that was asked for, where the page speaks it', () => {
    expect([chooseLanguage('fr', 'de'), chooseLanguage('xx', 'de'), chooseLanguage(null, 'de')]).toEqual([
      'fr',
      'de',
      'de',
    ])
  })

  it('writes dates and numbers as in the place that the visitor names', () => {
    expect([localeOf('de', ['en', 'de-AT', 'de']), localeOf('es', ['en'])]).toEqual(['de-AT', 'es'])
  })
})

describe('the header Accept-Language', () => {
  it.each([
    ['de-AT,de;q=0.9,en;q=0.8', ['de-AT', 'de', 'en']],
    ['en;q=0.1, fr;q=0.9 , es;q=0', ['fr', 'en']],
    ['fr;level=1;q=0.2,de', ['de', 'fr']],
    ['', []],
    [undefined, []],
    [';;;,,q=1', ['q=1']],
    ['de;q=9.9.9', []],
  ])('%j is read as %j', (header, tags) => {
    expect(readAcceptLanguage(header)).toEqual(tags)
  })
})
