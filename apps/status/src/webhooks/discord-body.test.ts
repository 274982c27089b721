import type { WebhookIncident } from '@shardlight/status-client'
import { expect, it } from 'vitest'
import { discordBody } from './discord-body.ts'
import { AT_MS, exampleIncident, exampleUpdate } from './example-incident.ts'

const bodyOf = (...incidents: WebhookIncident[]) =>
  discordBody({
    type: 'incidents.updated',
    timestamp: new Date(AT_MS).toISOString(),
    data: { incidents },
  })

const lengthOf = ({ embeds }: ReturnType<typeof bodyOf>) =>
  embeds
    .flatMap(({ title, description, fields }) => [
      title,
      description,
      ...fields.flatMap(({ name, value }) => [name, value]),
    ])
    .join('').length

it('says what is down, where, since when, and mentions nobody', () => {
  expect(bodyOf(exampleIncident())).toEqual({
    embeds: [
      {
        title: 'Process 3 is down: shards 48–63',
        description: '**Investigating** No answer from shards 48–63.',
        color: 0xd5_36_2b,
        timestamp: '2026-11-21T17:00:00.000Z',
        fields: [
          { name: 'Cluster', value: 'main', inline: true },
          { name: 'Shards', value: '48–63', inline: true },
          { name: 'Since', value: `<t:${AT_MS / 1000 - 60}:f>`, inline: true },
        ],
      },
    ],
    allowed_mentions: { parse: [] },
  })
})

it('leads to the status page where that has an address', () => {
  const url = 'https://status.example/#incident-7'
  expect(bodyOf({ ...exampleIncident(), url }).embeds[0]?.url).toBe(url)
})

it('is green once it is over, and blue for what is planned, with when', () => {
  const over = exampleIncident({ resolvedAtMs: AT_MS, status: 'resolved', remaining: [] })
  const planned = exampleIncident({
    kind: 'maintenance',
    impact: 'none',
    shards: [],
    remaining: [],
    startsAtMs: AT_MS + 60_000,
    endsAtMs: AT_MS + 120_000,
  })
  const { embeds } = bodyOf(over, planned)
  expect(embeds.map(({ color }) => color)).toEqual([0x1f_8a_4c, 0x3b_6f_d4])
  expect(embeds[0]?.fields.at(-1)).toMatchObject({ name: 'Until', value: `<t:${AT_MS / 1000}:f>` })
  expect(embeds[1]?.fields.map(({ name }) => name)).toEqual(['Cluster', 'Begins', 'Ends'])
})

it.each([
  ['@everyone <@123> <@&4> <#5>', '\\@everyone \\<\\@123\\> \\<\\@&4\\> \\<\\#5\\>'],
  ['[click](https://evil.example)', '\\[click\\](https://evil.example)'],
  ['**bold** `code` ||spoiler||', '\\*\\*bold\\*\\* \\`code\\` \\|\\|spoiler\\|\\|'],
  ['# big\n> said\n- item\n1. first', '\\# big\n\\> said\n\\- item\n1\\. first'],
  ['already \\*escaped', 'already \\\\\\*escaped'],
  ['\u202Egnp\u202C.\u200Bexe\u0000', 'gnp.exe'],
  ['\n\n\n\n\nfar\n\n\n\n\nbelow', 'far\n\nbelow'],
  ['half \uD83D', 'half �'],
])('shows %j as it was written, and no more', (text, shown) => {
  const [embed] = bodyOf(exampleIncident({ title: text, updates: [exampleUpdate({ text })] })).embeds
  expect(embed?.title).toBe(shown)
  expect(embed?.description).toBe(`**Investigating** ${shown}`)
})

it('keeps to the limits of Discord, whatever was written and however much went down', () => {
  const text = '\\*👍'.repeat(5_000)
  const shards: [number, number][] = Array.from({ length: 500 }, (_, id) => [id * 40, id * 40])
  for (const count of [1, 2, 10, 11, 200]) {
    const incidents = Array.from({ length: count }, (_, id) =>
      exampleIncident({
        id,
        cluster: '_'.repeat(64),
        title: text,
        shards,
        remaining: shards,
        resolvedAtMs: AT_MS,
        updates: Array.from({ length: 5 }, () => exampleUpdate({ text })),
      }),
    )
    const body = bodyOf(...incidents)
    expect(body.embeds.length).toBe(Math.min(count, 10))
    expect(lengthOf(body)).toBeLessThanOrEqual(6_000)
    for (const { title, description, fields } of body.embeds) {
      expect(title.length).toBeLessThanOrEqual(256)
      expect(description.length).toBeGreaterThan(0)
      expect(description.length).toBeLessThanOrEqual(4_096)
      for (const { value } of fields) expect(value.length).toBeLessThanOrEqual(1_024)
      // What was cut ends neither within a character nor within an escape.
      expect(title.isWellFormed() && description.isWellFormed()).toBe(true)
      expect(/(^|[^\\])(\\\\)*\\…$/.test(description)).toBe(false)
    }
  }
})

it('of very many tells the gravest, and how many there are besides', () => {
  const minor = Array.from({ length: 20 }, (_, id) => exampleIncident({ id, impact: 'minor' }))
  const { embeds } = bodyOf(...minor, exampleIncident({ id: 99, title: 'All is down', impact: 'critical' }))
  expect(embeds[0]?.title).toBe('All is down')
  expect(embeds.at(-1)?.title).toBe('… and 12 more incidents')
})
