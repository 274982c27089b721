import { parseFragment } from 'parse5'
import { describe, expect, it } from 'vitest'
import { createIncidentsApp, HOUR_MS, maintenance, NOTE } from './incidents-app.ts'
import { childOf, childrenOf, readXml, type XmlElement } from './read-xml.ts'

const PUBLIC = { STATUS_PUBLIC_URL: 'https://status.example.org/' }
const HOSTILE = {
  title: '<script>alert(1)</script> & "quotes" ]]> \ufffe',
  text: '</p></content><img src=x onerror=alert(1)>\nsecond line ]]> &amp;',
  impact: 'minor',
}

type TestApp = Awaited<ReturnType<typeof createIncidentsApp>>

const get = (test: TestApp, url: string, headers: Record<string, string> = {}) =>
  test.app.inject({ url, headers })

const textsOf = (element: XmlElement | undefined, ...names: string[]) =>
  names.map(name => childOf(element, name)?.text)

/** Every tag that a browser would make of it. */
const tagsIn = (html: string) =>
  [
    ...JSON.stringify(parseFragment(html), (key, value) =>
      key === 'parentNode' ? undefined : value,
    ).matchAll(/"tagName":"(\w+)"/g),
  ].map(([, tag]) => tag)

describe('the feed of incidents', () => {
  it('is Atom that a strict parser reads, with what stays the same at every address', async () => {
    await using test = await createIncidentsApp(PUBLIC)
    const { id } = await test.open()
    await test.open({ status: 'resolved', text: 'All is well.' }, `main/incidents/${id}/updates`)
    await test.open(maintenance(HOUR_MS), 'main/maintenance')
    const answer = await get(test, '/feed.atom')
    expect(answer.headers['content-type']).toBe('application/atom+xml; charset=utf-8')
    const feed = readXml(answer.body)
    expect([feed.name, feed.attributes['xmlns']]).toEqual(['feed', 'http://www.w3.org/2005/Atom'])
    expect(childrenOf(feed, 'link').map(({ attributes }) => attributes['href'])).toEqual([
      'https://status.example.org/feed.atom',
      'https://status.example.org/',
    ])
    const [planned, note] = childrenOf(feed, 'entry')
    expect(textsOf(planned, 'title')).toEqual(['New disks (scheduled)'])
    expect(childOf(planned, 'content')?.text).toMatch(/^<p>Planned from \d{4}-\d\d-\d\d \d\d:\d\d UTC to /)
    expect(textsOf(note, 'title')).toEqual(['Slow answers (resolved)'])
    expect(childOf(note, 'link')?.attributes['href']).toBe(`https://status.example.org/#incident-${id}`)
    expect(childOf(note, 'content')?.text).toMatch(/All is well\..*We are looking into it\./s)
    for (const name of ['published', 'updated'])
      expect(childOf(note, name)?.text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    const ids = childrenOf(feed, 'entry').map(entry => childOf(entry, 'id')?.text)
    expect(new Set(ids).size).toBe(2)
    for (const one of ids)
      expect(one).toMatch(/^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    const elsewhere = readXml((await get(test, '/feed.atom', { host: 'other.example' })).body)
    expect(childrenOf(elsewhere, 'entry').map(entry => childOf(entry, 'id')?.text)).toEqual(ids)
  })

  it('is RSS 2.0 that a strict parser reads', async () => {
    await using test = await createIncidentsApp(PUBLIC)
    const { id } = await test.open()
    const answer = await get(test, '/feed.rss')
    expect(answer.headers['content-type']).toBe('application/rss+xml; charset=utf-8')
    const rss = readXml(answer.body)
    const channel = childOf(rss, 'channel')
    expect([rss.name, rss.attributes['version']]).toEqual(['rss', '2.0'])
    expect(textsOf(channel, 'title', 'link')).toEqual(['Shardlight status', 'https://status.example.org/'])
    expect(childOf(channel, 'atom:link')?.attributes).toMatchObject({
      rel: 'self',
      href: 'https://status.example.org/feed.rss',
    })
    const item = childOf(channel, 'item')
    expect(textsOf(item, 'title', 'link', 'category')).toEqual([
      'Slow answers (investigating)',
      `https://status.example.org/#incident-${id}`,
      'main',
    ])
    expect(childOf(item, 'guid')?.attributes['isPermaLink']).toBe('false')
    expect(childOf(item, 'pubDate')?.text).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/)
  })

  it('is JSON Feed 1.1', async () => {
    await using test = await createIncidentsApp(PUBLIC)
    const { id } = await test.open()
    const answer = await get(test, '/feed.json')
    expect(answer.headers['content-type']).toBe('application/feed+json; charset=utf-8')
    expect(answer.json()).toMatchObject({
      version: 'https://jsonfeed.org/version/1.1',
      title: 'Shardlight status',
      home_page_url: 'https://status.example.org/',
      feed_url: 'https://status.example.org/feed.json',
      items: [
        {
          id: expect.stringMatching(/^urn:uuid:/),
          url: `https://status.example.org/#incident-${id}`,
          content_html: expect.stringContaining('<p>'),
          tags: ['main'],
        },
      ],
    })
  })

  it.each(['/feed.atom', '/feed.rss', '/feed.json'])('%s lets no markup of its texts through', async path => {
    await using test = await createIncidentsApp()
    await test.open(HOSTILE)
    const { body } = await get(test, path)
    const [title, html] =
      path === '/feed.json'
        ? [JSON.parse(body).items[0].title, JSON.parse(body).items[0].content_html]
        : path === '/feed.atom'
          ? textsOf(childOf(readXml(body), 'entry'), 'title', 'content')
          : textsOf(childOf(childOf(readXml(body), 'channel'), 'item'), 'title', 'description')
    expect(title).toBe('<script>alert(1)</script> & "quotes" ]]> (investigating)')
    expect(tagsIn(html)).toEqual(['p', 'small', 'br', 'strong', 'br'])
    if (path !== '/feed.json') expect(body).not.toMatch(/<script|<img/)
  })

  it('is of one cluster where that is asked for, links to where it was asked, and is empty at first', async () => {
    await using test = await createIncidentsApp()
    const empty = readXml((await get(test, '/feed.atom')).body)
    expect(childrenOf(empty, 'entry')).toEqual([])
    await test.open()
    const headers = { host: 'status.test:8080' }
    const main = readXml((await get(test, '/feed.atom?cluster=main', headers)).body)
    expect(childrenOf(main, 'entry')).toHaveLength(1)
    expect(childOf(main, 'link')?.attributes['href']).toBe('http://status.test:8080/feed.atom?cluster=main')
    const second = readXml((await get(test, '/feed.atom?cluster=second')).body)
    expect(childrenOf(second, 'entry')).toEqual([])
    expect((await get(test, '/feed.atom?cluster=nobody')).statusCode).toBe(404)
    expect((await get(test, '/feed.atom?cluster=main&cluster=second')).statusCode).toBe(404)
  })

  it('is 304 for who has it, by tag and by date', async () => {
    await using test = await createIncidentsApp(PUBLIC)
    await test.open()
    const { headers } = await get(test, '/feed.rss')
    expect(headers['cache-control']).toBe('public, max-age=60')
    const [tag, date] = [String(headers['etag']), String(headers['last-modified'])]
    expect((await get(test, '/feed.rss', { 'if-none-match': tag })).statusCode).toBe(304)
    expect((await get(test, '/feed.rss', { 'if-modified-since': date })).statusCode).toBe(304)
    await test.open({ ...NOTE, title: 'Another' })
    expect((await get(test, '/feed.rss', { 'if-none-match': tag })).statusCode).toBe(200)
  })
})
