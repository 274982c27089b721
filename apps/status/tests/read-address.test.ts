import { describe, expect, it } from 'vitest'
import { createTestApp } from './test-app.ts'

const DOCUMENTS = ['/feed.atom', '/feed.rss', '/feed.json', '/api/v2/summary.json', '/api/v2/status.json']
const EVIL = { 'x-forwarded-host': 'evil.example', 'x-forwarded-for': '192.0.2.1' }
const ASKED = { ...EVIL, host: 'status.test' }

describe('a document that names where the page is', () => {
  it.each(DOCUMENTS)('%s believes no X-Forwarded-Host, also behind a proxy', async url => {
    await using test = await createTestApp({ TRUST_PROXY: '1' })
    const { body, statusCode } = await test.app.inject({ url, headers: ASKED })
    expect(statusCode).toBe(200)
    expect(body).not.toContain('evil.example')
    expect(body).toContain('http://status.test')
  })

  it.each(DOCUMENTS)('%s is kept for others only where the address is configured', async url => {
    await using asked = await createTestApp({ TRUST_PROXY: '1' })
    const { headers } = await asked.app.inject({ url, headers: ASKED })
    expect(headers['cache-control']).toMatch(/^private, max-age=\d+$/)
    await using known = await createTestApp({ STATUS_PUBLIC_URL: 'https://status.example' })
    const answer = await known.app.inject({ url, headers: ASKED })
    expect(answer.headers['cache-control']).toMatch(/^public, max-age=\d+$/)
    expect(answer.body).toContain('https://status.example')
    expect(answer.body).not.toContain('status.test')
  })
})
