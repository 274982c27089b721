import { describe, expect, it } from 'vitest'
import { readTokens } from './read-tokens.ts'
import { createToken, digestOf, isOneOf } from './token-digest.ts'

const read = (text: string, options?: { mayBeForAll?: boolean }) => {
  const tokens = readTokens(text, options)
  if ('problem' in tokens) throw new Error(tokens.problem)
  return {
    ...tokens,
    opens: (cluster: string, token: string) => isOneOf(tokens.digests.get(cluster) ?? [], digestOf(token)),
  }
}

describe('tokens of the configuration', () => {
  it('are read by cluster, colons in tokens too, on one line or on several', () => {
    const { digests, opens } = read('main:a:b; other:c;\n# of last year\nthird:d\n')
    expect([...digests.keys()]).toEqual(['main', 'other', 'third'])
    expect([opens('main', 'a:b'), opens('other', 'c'), opens('third', 'd')]).toEqual([true, true, true])
    expect([opens('main', 'c'), opens('other', 'a:b'), opens('nobody', 'c')]).toEqual([false, false, false])
  })

  it('may be two a cluster, so that the old one is good until all have the new one, and never three', () => {
    const { opens } = read('main:new;main:old')
    expect([opens('main', 'new'), opens('main', 'old'), opens('main', 'older')]).toEqual([true, true, false])
    expect(() => read('main:new;main:old;main:older')).toThrow('"main" has more than 2 tokens')
  })

  it('may stand there as a hash, which is not itself a token', () => {
    const { token, entry } = createToken('main')
    const { opens, short } = read(entry)
    expect(opens('main', token)).toBe(true)
    expect(opens('main', entry.slice('main:'.length))).toBe(false)
    expect(short).toEqual([])
    expect(() => read('main:sha256:abc')).toThrow('64 hexadecimal digits')
  })

  it('that are made are long, and never the same', () => {
    const tokens = Array.from({ length: 100 }, () => createToken('main').token)
    expect(new Set(tokens).size).toBe(100)
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/)
  })

  it('that are short and not hashed are told of', () => {
    expect(read(`main:short;other:${'x'.repeat(16)}`).short).toEqual(['main'])
  })

  it('are for every cluster only where operators may have such', () => {
    expect(read('*:key-to-it-all', { mayBeForAll: true }).opens('*', 'key-to-it-all')).toBe(true)
    expect(() => read('*:key-to-it-all')).toThrow('entry 1')
  })

  it.each(['main', 'main:', ':token', 'ma in:token', 'main:to ken', 'main=geheim'])('are not %j', text => {
    expect(() => read(text)).toThrow('expected cluster:token')
    expect(() => read(text)).not.toThrow('geheim')
  })
})
