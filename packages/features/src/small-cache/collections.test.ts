import { Collection } from 'discord.js'
import { describe, expect, it } from 'vitest'
import { NothingKept, RecentlyAdded } from './collections.ts'

describe('a collection that keeps nothing', () => {
  it('stays empty, while what is made from it holds what it is given', () => {
    const nothing: Collection<string, number> = new NothingKept()
    nothing.set('a', 1)
    expect(nothing.size).toBe(0)
    expect(nothing.concat(new Collection([['b', 2]])).get('b')).toBe(2)
  })
})

describe('a collection of what was added last', () => {
  it('gives up the oldest first, and nothing for what it has already', () => {
    const recent = new RecentlyAdded<string, number>(2).set('a', 1).set('b', 2).set('a', 3)
    expect([...recent]).toEqual([
      ['a', 3],
      ['b', 2],
    ])
    recent.set('c', 4)
    expect([...recent.keys()]).toEqual(['b', 'c'])
  })

  it('puts no limit on what is made from it', () => {
    const recent = new RecentlyAdded<string, number>(1).set('a', 1)
    expect(recent.concat(new Collection([['b', 2]])).size).toBe(2)
  })
})
