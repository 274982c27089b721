import { expect, it } from 'vitest'
import { hashOf, placeOfHash } from './card-address.ts'

it('leads to a shard and back', () => {
  const place = { cluster: 'my.bot-2', shard: 19_999 }
  expect(placeOfHash(hashOf(place))).toEqual(place)
})

it.each(['', '#', '#shards', '#main/', '#main/x', '#/3', '#main/123456', '#<b>/3'])(
  'is no card: %j',
  hash => {
    expect(placeOfHash(hash)).toBeUndefined()
  },
)
