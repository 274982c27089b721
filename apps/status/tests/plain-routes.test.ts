import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { createMemoryRegistry } from '@shardlight/shard-registry/memory'
import { beforeAll, describe, expect, it } from 'vitest'
import { needPage } from '../page/build-page.ts'
import { readStatusConfig } from '../src/config.ts'
import { createDirectory } from '../src/directory.ts'
import { openBuiltPage } from '../src/plain/built-page.ts'
import { createPlainPages } from '../src/plain/plain-pages.ts'
import { createTestApp } from './test-app.ts'

const GUILD = '1161574221348863930'

beforeAll(() => needPage(), 120_000)

describe('the page as the server writes it', () => {
  it.each([
    ['/', 'de-CH,en;q=0.5', 'de'],
    ['/', undefined, 'en'],
    ['/plain?lang=es', 'de', 'es'],
    ['/plain?lang=xx', 'fr', 'fr'],
    ['/?lang=es&lang=fr', 'de', 'de'],
    [`/g/${GUILD}`, 'fr', 'fr'],
  ])('%s for %s is in %s, and caches keep it apart from others', async (url, accept, language) => {
    await using test = await createTestApp()
    const answer = await test.app.inject({ url, headers: { ...(accept && { 'accept-language': accept }) } })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-language': language,
      vary: expect.stringMatching(/accept-language/i),
      'cache-control': 'public, max-age=1',
    })
    expect(answer.body).toContain(`<html lang="${language}" dir="ltr">`)
  })

  it.each(['/', '/plain', `/g/${GUILD}`, '/lookup'])('%s is compressed as was asked', async url => {
    await using test = await createTestApp()
    const ask = (encoding: string) =>
      test.app.inject({ url, headers: { 'accept-encoding': encoding, 'accept-language': 'de' } })
    const plain = await ask('identity')
    expect(plain.headers['content-encoding']).toBeUndefined()
    expect(plain.headers.vary).toBe('accept-encoding, accept-language')
    const [br, gzip] = [await ask('gzip, deflate, br'), await ask('gzip')]
    expect([br.headers['content-encoding'], gzip.headers['content-encoding']]).toEqual(['br', 'gzip'])
    for (const body of [brotliDecompressSync(br.rawPayload), gunzipSync(gzip.rawPayload)])
      expect(String(body)).toContain('<html lang="de" dir="ltr">')
    expect(br.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2)
  })

  it('leads from the form to the guild, with the language that was chosen', async () => {
    await using test = await createTestApp()
    const link = encodeURIComponent(`https://discord.com/channels/${GUILD}/1`)
    const answer = await test.app.inject(`/lookup?guild=${link}&lang=fr`)
    expect([answer.statusCode, answer.headers.location]).toEqual([303, `/g/${GUILD}?lang=fr`])
  })

  it.each([
    '/lookup',
    '/lookup?guild=',
    '/lookup?guild=1&guild=2',
    '/lookup?guild=%3Cscript%3E',
    '/g/%3Cscript%3E',
  ])('answers %s with the page and what is wrong, as text', async url => {
    await using test = await createTestApp()
    const { statusCode, body } = await test.app.inject(url)
    expect(statusCode).toBe(400)
    expect(body).toContain('role="alert"')
    expect(body).not.toContain('<script>')
  })

  it('loads no script at /plain', async () => {
    await using test = await createTestApp()
    const { body } = await test.app.inject('/plain')
    expect(body).not.toMatch(/<script|rel="preload"|rel="modulepreload"/)
    expect((await test.app.inject('/')).body).toContain('<script type="module"')
  })

  it('carries the name, links and logo of its operator as text, and lets in only the image of that logo', async () => {
    await using test = await createTestApp({
      STATUS_NAME: 'Octo<b>"Bot"',
      STATUS_LINKS: 'Help & more=https://example.org/?a=1&b="2"',
      STATUS_LOGO: 'https://cdn.example.org/a.png',
      STATUS_ACCENT: '#ffee00',
    })
    const { body, headers } = await test.app.inject('/plain')
    expect(body).not.toContain('<b>')
    expect(body).toContain('Octo&lt;b>&quot;Bot&quot;')
    expect(body).toContain(
      '<a href="https://example.org/?a=1&amp;b=%222%22" rel="noopener">Help &amp; more</a>',
    )
    expect(body).toContain('<link rel="stylesheet" href="/brand.css"></head>')
    expect(headers['content-security-policy']).toContain("img-src 'self' https://cdn.example.org;")
    const css = await test.app.inject('/brand.css')
    expect([css.statusCode, css.headers['content-type']]).toEqual([200, 'text/css; charset=utf-8'])
    expect(css.body).toContain('--accent:#ffee00')
  })

  it('has no stylesheet of a colour where none is configured', async () => {
    await using test = await createTestApp()
    expect((await test.app.inject('/')).body).not.toContain('brand.css')
    expect((await test.app.inject('/brand.css')).statusCode).toBe(404)
  })
})

describe('an address that leads nowhere', () => {
  const BROWSER = 'text/html,application/xhtml+xml,*/*;q=0.8'
  const ask = async (url: string, accept: string) => {
    await using test = await createTestApp()
    return await test.app.inject({ url, headers: { accept, 'accept-language': 'de' } })
  }

  it('is a page with a way home for a browser, in its language, without a word of the address', async () => {
    const { statusCode, headers, body } = await ask('/nope/<b>made-up</b>?x=<i>', BROWSER)
    expect(statusCode).toBe(404)
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      vary: expect.stringContaining('accept'),
    })
    expect(body).toContain('<h1>Diese Seite gibt es nicht</h1>')
    expect(body).toContain('<a href="/">')
    for (const part of ['made-up', '<b>', '<i>', '<script']) expect(body).not.toContain(part)
  })

  it.each([
    ['/nope', 'application/json'],
    ['/nope', '*/*'],
    ['/api/v2/nope', BROWSER],
  ])('%s is a problem to read for programs (%s)', async (url, accept) => {
    const { statusCode, headers } = await ask(url, accept)
    expect([statusCode, headers['content-type']]).toEqual([
      404,
      expect.stringContaining('application/problem+json'),
    ])
  })
})

it('is made once a second for each language, however many ask', async () => {
  const built = await openBuiltPage()
  if (!built) throw new Error('the page is not built')
  const { brand, glanceBots } = readStatusConfig({ GLANCE_BOTS: 'main:2', GLANCE_PASSPHRASE: 'open sesame' })
  await using registry = createMemoryRegistry({ healthTimeoutMs: 30_000 })
  const directory = createDirectory({ registry, glanceBots, tokens: new Map() })
  let nowMs = 0
  let rendered = 0
  const pages = createPlainPages({
    directory,
    brand,
    incidents: { known: undefined },
    uptimes: () => undefined,
    html: built.html,
    render: facts => {
      rendered += 1
      return built.render(facts)
    },
    nowMs: () => nowMs,
  })
  const ask = (language: 'en' | 'de', guild?: string) =>
    pages({ language, isChosen: false, guild, hasScript: true })
  for (const guild of [undefined, GUILD, 'x']) ask('en', guild)
  expect(rendered).toBe(1)
  ask('de')
  expect(rendered).toBe(2)
  await registry.setState('main', 0, 3)
  nowMs = 999
  expect(ask('en')).toContain('No shard has reported yet')
  nowMs = 1_000
  expect(ask('en')).toContain('1 shard not heard from yet')
  expect(rendered).toBe(3)
})
