import { describe, expect, it } from 'vitest'
import { kindOf, readTitle, splitLanguage } from './read-title.ts'

describe('a title', () => {
  it.each([
    ['physics', 'en', ['Physics']],
    ['  albert_einstein ', 'en', ['Albert einstein']],
    ['user:ada', 'en', ['User:ada', 'User:Ada']],
    ['Star Trek: discovery', 'en', ['Star Trek: discovery', 'Star Trek:Discovery']],
    [':Physics', 'en', ['Physics']],
    ['ßtraße', 'de', ['ßtraße']],
    ['istanbul', 'tr', ['İstanbul']],
    ['zbasu', 'jbo', ['zbasu']],
    ['é', 'fr', ['É']],
    ['\u200eФизика\u200f', 'ru', ['Физика']],
  ])('of a page given as “%s” in %s is known as %j', (given, language, names) => {
    expect(readTitle(given, { kind: 'page', language }).names).toEqual(names)
  })

  it.each([
    ['physics', 'en', 'Physics'],
    ['Category:physics', 'en', 'Physics'],
    ['category: Physics', 'es', 'Physics'],
    ['Categoría:Física', 'es', 'Física'],
    ['Thể loại:Vật lý', 'vi', 'Vật lý'],
    ['分类:物理学', 'zh', '物理学'],
  ])('of a category given as “%s” in %s is %s', (given, language, title) => {
    expect(readTitle(given, { kind: 'category', language }).names).toEqual([title])
  })

  it('of a category whose first word is not known may be its name or its namespace', () => {
    expect(readTitle('Rummad:füüsika', { kind: 'category', language: 'vro' }).names).toEqual([
      'Rummad:füüsika',
      'Rummad:Füüsika',
    ])
  })

  it.each(['#', 'a<b', 'a>b', 'a[b', 'a]b', 'a{b', 'a|b}', 'a\u0007b'])('cannot be “%s”', given => {
    expect(() => readTitle(given, { kind: 'page', language: 'en' })).toThrow('holds none of')
  })

  it('has 255 bytes at most, whatever the script', () => {
    const readPage = (given: string) => readTitle(given, { kind: 'page', language: 'en' }).title
    expect(readPage('Я'.repeat(127))).toHaveLength(127)
    expect(() => readPage('Я'.repeat(128))).toThrow('at most 255 bytes')
    expect(() => readPage(' _ ')).toThrow('Which page or category?')
  })
})

describe('what somebody wrote', () => {
  it.each([
    ['https://es.wikipedia.org/wiki/F%C3%ADsica', { language: 'es', title: 'Física' }],
    ['<https://de.m.wikipedia.org/wiki/Physik#Geschichte>', { language: 'de', title: 'Physik' }],
    ['https://en.wikipedia.org/wiki/100%', { language: 'en', title: '100%' }],
    ['es:Física', { language: 'es', title: 'Física' }],
    ['No: a film', { title: 'No: a film' }],
    ['Talk:Physics', { title: 'Talk:Physics' }],
  ])('as %s is read as %j', (given, expected) => {
    expect(splitLanguage(given)).toEqual(expected)
  })

  it('is a category by the word before it, in its language or in English', () => {
    expect(['Category:Physics', 'kategorie:Physik', 'Physics', 'Talk:Physics'].map(kindOf)).toEqual([
      'category',
      'category',
      'page',
      'page',
    ])
  })
})
