import { ConfigError } from '@shardlight/service'
import { expect, it } from 'vitest'
import { digestOfAddress, readWebhookTargets } from './targets.ts'

const SECRET = `whsec_${'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'}`
const OTHER = `whsec_${'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='}`
const DISCORD = 'https://discord.com/api/webhooks/123/geheim-geheim'

const read = (webhooks: string, secret = SECRET) => readWebhookTargets({ webhooks, secret })

it('reads none where none is named', () => {
  expect(read('', '')).toEqual([])
})

it('knows the webhooks of Discord, with and without a version, and signs the others', () => {
  const [first, second, third] = read(
    `a=${DISCORD}; b=https://canary.discord.com/api/v10/webhooks/1/x\n c=https://example.org/a?b=c=d`,
  )
  expect(first).toEqual({
    name: 'a',
    kind: 'discord',
    url: DISCORD,
    secrets: [],
    cluster: undefined,
    leastImpact: 'none',
  })
  expect(second?.kind).toBe('discord')
  expect(third).toMatchObject({ kind: 'json', url: 'https://example.org/a?b=c=d', secrets: [SECRET] })
})

it('takes the kind as it is said, where the address does not show it', () => {
  const targets = read(`proxy=discord:https://proxy.example/x plain=json:${DISCORD}`)
  expect(targets.map(({ kind, url }) => [kind, url])).toEqual([
    ['discord', 'https://proxy.example/x'],
    ['json', DISCORD],
  ])
})

it('filters by what stands after #, which is no part of the address', () => {
  expect(read('a=https://example.org/x#cluster=main&impact=major')[0]).toMatchObject({
    url: 'https://example.org/x',
    cluster: 'main',
    leastImpact: 'major',
  })
})

it('signs with two secrets while one is replaced, and with its own where a target has one', () => {
  const [ops, other] = read(
    'ops=https://a.example/ other=https://b.example/',
    `${SECRET} ${OTHER} other=${OTHER}`,
  )
  expect([ops?.secrets, other?.secrets]).toEqual([[SECRET, OTHER], [OTHER]])
})

it.each([
  ['https://example.org/geheim', SECRET, 'name=address'],
  ['a=geheim', SECRET, 'target "a": expected an address'],
  ['a=ftp://geheim.example/', SECRET, 'target "a": expected an address'],
  ['a=https://x.example/geheim#impact=huge', SECRET, 'none, minor, major or critical'],
  ['a=https://x.example/geheim#cluster=a/b', SECRET, 'not the name of a cluster'],
  ['a=https://x.example/geheim#only=main', SECRET, 'cluster=… and impact=… alone'],
  ['a=https://x.example/geheim a=https://y.example/geheim', SECRET, 'two targets "a"'],
  ['a=https://x.example/geheim', '', 'STATUS_WEBHOOK_SECRET is not set: what "a" is sent'],
  ['a=https://x.example/geheim', 'whsec_geheim', 'STATUS_WEBHOOK_SECRET: expected'],
  ['a=https://x.example/geheim', 'a=geheim', 'STATUS_WEBHOOK_SECRET of "a": expected'],
  ['a=https://x.example/geheim', `${SECRET} b=${SECRET}`, 'no target "b"'],
])('refuses %s with secret %s, and repeats neither', (webhooks, secret, reason) => {
  const attempt = () => read(webhooks, secret)
  expect(attempt).toThrow(ConfigError)
  expect(attempt).toThrow(reason)
  expect(attempt).not.toThrow(/geheim/)
})

it('tells addresses apart without keeping them', () => {
  const [one, other] = read(`a=${DISCORD} b=${DISCORD}2`).map(digestOfAddress)
  expect(one).toMatch(/^[0-9a-f]{64}$/)
  expect(one).not.toBe(other)
})
