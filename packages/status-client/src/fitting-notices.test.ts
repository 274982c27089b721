import { noticesPushSchema, type PushedNotice } from '@shardlight/shard-registry'
import { expect, it } from 'vitest'
import { fitting } from './fitting-notices.ts'

/** Reads it as the API does, which throws at what does not fit. */
const fitted = (...notices: PushedNotice[]) =>
  noticesPushSchema.parse(fitting({ source: 'manager', notices })).notices

it('cuts long texts and long lists of shards', () => {
  const shards = Array.from({ length: 2_000 }, (_, id) => id)
  const [notice] = fitted({ id: 'a', level: 'problem', text: 'x'.repeat(500), shards })
  expect(notice?.text).toBe(`${'x'.repeat(299)}…`)
  expect(notice?.shards).toHaveLength(1_000)
})

it('keeps the last of those that share an id', () => {
  const texts = fitted({ id: 'a', level: 'info', text: 'first' }, { id: 'a', level: 'info', text: 'last' })
  expect(texts.map(({ text }) => text)).toEqual(['last'])
})

it('keeps the gravest of very many', () => {
  const many = Array.from({ length: 100 }, (_, id) => ({ id: `i${id}`, level: 'info' as const, text: 'x' }))
  const kept = fitted(...many, { id: 'p', level: 'problem', text: 'x' })
  expect(kept).toHaveLength(64)
  expect(kept[0]?.id).toBe('p')
})
