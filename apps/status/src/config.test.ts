import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { readStatusConfig } from './config.ts'

describe('the configuration', () => {
  it('needs nothing, and listens on this machine only', () => {
    expect(readStatusConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      redisUrl: undefined,
      healthTimeoutMs: 30_000,
    })
  })

  it("takes Glance's variables as they are, and lets ours win", () => {
    const glance = {
      GLANCE_HOST: '0.0.0.0',
      GLANCE_PORT: '4000',
      GLANCE_BOTS: 'main:60;other:4',
      GLANCE_PASSPHRASE: 'open sesame',
      GLANCE_HEALTH_TIMEOUT: '10',
      GLANCE_HEALTH_TIMER_INTERVAL: '15',
    }
    expect(readStatusConfig(glance)).toMatchObject({
      host: '0.0.0.0',
      port: 4000,
      glanceBots: new Map([
        ['main', 60],
        ['other', 4],
      ]),
      healthTimeoutMs: 10_000,
      sweepIntervalMs: 15_000,
    })
    expect(readStatusConfig({ ...glance, STATUS_HOST: '127.0.0.1', STATUS_PORT: '5000' })).toMatchObject({
      host: '127.0.0.1',
      port: 5000,
    })
  })

  it('keeps of tokens nothing but a digest', () => {
    const config = readStatusConfig({
      STATUS_TOKENS: 'main:the-secret-of-main',
      STATUS_OPERATOR_TOKENS: '*:the-secret-of-operators',
    })
    expect([...config.tokens.given.digests.keys()]).toEqual(['main'])
    expect([...config.operatorTokens.given.digests.keys()]).toEqual(['*'])
    const everything = inspect(config, { depth: 10 })
    expect(everything).not.toContain('the-secret')
  })

  it('takes origins as browsers write them, and that of its own address', () => {
    const { origins } = readStatusConfig({
      STATUS_ORIGINS: 'https://A.example:443/; http://b.example:8080, capacitor://localhost',
      STATUS_PUBLIC_URL: 'https://status.example/bot/',
    })
    expect([...origins]).toEqual([
      'https://a.example',
      'http://b.example:8080',
      'capacitor://localhost',
      'https://status.example',
    ])
  })

  it.each(['*', 'https://*.example', 'a.example', 'https://a.example/page', 'null', 'https://u@a.example'])(
    'refuses "%s" as an origin, by name',
    origin => {
      const read = () => readStatusConfig({ STATUS_ORIGINS: `https://good.example,${origin}` })
      expect(read).toThrow('STATUS_ORIGINS=')
      expect(read).toThrow(`: "${origin}" is no origin`)
    },
  )

  it('names every variable that is wrong, and no secret', () => {
    const read = () =>
      readStatusConfig({ STATUS_TOKENS: 'main=geheim', GLANCE_BOTS: 'main:0', GLANCE_HEALTH_TIMEOUT: 'soon' })
    expect(read).toThrow(/STATUS_TOKENS.*GLANCE_BOTS.*GLANCE_HEALTH_TIMEOUT/s)
    expect(read).not.toThrow(/geheim/)
    expect(() => readStatusConfig({ GLANCE_BOTS: 'main:4' })).toThrow('GLANCE_PASSPHRASE is not set')
  })
})
