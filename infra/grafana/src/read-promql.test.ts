import { describe, expect, it } from 'vitest'
import { readPromql, withVariables } from './read-promql.ts'

describe('an expression', () => {
  it('names its metrics, and no function, label or word of the language', () => {
    const found = readPromql(
      'sum by (state) (rate(seen_total{state=~"up|by", x="rate(y)"}[5m])) / on (state) group_left max(a:b:c) or vector(0)',
    )
    expect(found).toEqual([
      { name: 'seen_total', matchers: '{state=~"up|by", x="rate(y)"}' },
      { name: 'a:b:c', matchers: '' },
    ])
  })

  it.each([['sum(x'], ['x{y=}'], ['rate(x[$__rate_interval])'], ['x and']])('like %s is no PromQL', text => {
    expect(() => readPromql(text)).toThrow('no PromQL')
  })

  it('that finds metrics by their label alone is refused, since nobody can tell which', () => {
    expect(() => readPromql('{__name__=~"a.*"}')).toThrow('names no metric')
  })

  it("reads with Grafana's variables filled in", () => {
    expect(withVariables('rate(x{cluster=~"$cluster"}[$__rate_interval])')).toBe('rate(x{cluster=~".*"}[1m])')
  })
})
