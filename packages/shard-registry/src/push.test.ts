import { describe, expect, it } from 'vitest'
import { clusterNameSchema, pushSchema } from './push.ts'

const problemsOf = (push: unknown) =>
  pushSchema.safeParse(push).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)

describe('a push', () => {
  it('is taken with nothing but shards', () => {
    expect(problemsOf({ shards: [{ id: 0, state: 3 }] })).toBeUndefined()
  })

  it('is refused with the field that is wrong', () => {
    expect(problemsOf({ shards: [{ id: 0, state: 7 }] })?.[0]).toContain('shards.0.state')
    expect(problemsOf({ shards: [{ id: -1, state: 3 }] })?.[0]).toContain('shards.0.id')
    expect(problemsOf({ totalShards: 2, shards: [{ id: 2, state: 3 }] })).toEqual([
      'shards.0.id: shard 2 is out of range: the push says totalShards 2',
    ])
    expect(problemsOf({ generation: 2 ** 43 + 1, shards: [{ id: 0, state: 3 }] })?.[0]).toContain(
      'generation',
    )
    expect(problemsOf({ shards: [] })).toEqual(['shards: expected at least one shard'])
    expect(problemsOf({ process: { id: 'a b' }, shards: [{ id: 0, state: 3 }] })?.[0]).toContain('process.id')
  })
})

it.each([
  ['main', true],
  ['main.2', true],
  ['...', true],
  ['a b', false],
  // As a part of a path these lead elsewhere.
  ['.', false],
  ['..', false],
])('takes the cluster name %j: %s', (name, isTaken) => {
  expect(clusterNameSchema.safeParse(name).success).toBe(isTaken)
})
