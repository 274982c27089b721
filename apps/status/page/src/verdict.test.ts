import { expect, it } from 'vitest'
import { verdictOf, verdictOfPast } from './verdict.ts'
import { createTongue } from './words/tongue.ts'

const english = createTongue('en')

it.each([
  [[0, 0, 0, 64, 0, 0, 0], 'good', 'All shards online'],
  [[0, 2, 1, 27, 0, 0, 0], 'bad', '3 shards down'],
  [[0, 2, 1, 28, 0, 0, 0], 'some', '3 shards down'],
  [[0, 1, 0, 0, 3, 0, 0], 'bad', '1 shard down'],
  [[0, 4, 0, 0, 0, 0, 0], 'bad', 'All shards down'],
  [[0, 0, 0, 60, 2, 1, 1], 'busy', '4 shards restarting'],
  [[0, 0, 0, 0, 4, 0, 0], 'busy', '4 shards not online yet'],
  [[56, 0, 0, 2, 2, 0, 0], 'busy', '58 shards not online yet'],
  [[1, 0, 0, 63, 0, 0, 0], 'busy', '1 shard not heard from yet'],
  [[8, 0, 0, 0, 0, 0, 0], 'none', 'No shard has reported yet'],
  [[0, 0, 0, 0, 0, 0, 0], 'none', 'Waiting for the first shards'],
])('says of %j that it is %s: %s', (counts, tone, text) => {
  expect(verdictOf(english, counts, 1)).toMatchObject({ tone, text })
})

it('tells how many are online, and over how many clusters', () => {
  expect(verdictOf(english, [0, 0, 0, 1_999, 1, 0, 0], 2).detail).toBe(
    '1,999 of 2,000 shards online in 2 clusters',
  )
})

it('tells of a picture that is old neither good nor bad, but what was known and when', () => {
  const known = verdictOf(english, [0, 0, 0, 4, 0, 0, 0], 1)
  expect(verdictOfPast(english, known, 420_000)).toEqual({
    tone: 'none',
    text: 'Last known: All shards online',
    detail: '4 of 4 shards online 7 min. ago; nothing newer is known',
  })
})

it.each([
  ['de', '2 Shards ausgefallen', 'Einige Server sind betroffen · 1.998 von 2.000 Shards online'],
  ['es', '2 shards caídos', 'Algunos servidores están afectados · 1998 de 2000 shards en línea'],
  ['fr', '2 shards en panne', 'Certains serveurs sont touchés · 1 998 shards sur 2 000 en ligne'],
] as const)('says so in the language of the visitor: %s', (language, text, detail) => {
  const verdict = verdictOf(createTongue(language), [0, 2, 0, 1_998, 0, 0, 0], 1)
  expect([verdict.text, verdict.detail.replaceAll(/\s/g, ' ')]).toEqual([text, detail])
})
