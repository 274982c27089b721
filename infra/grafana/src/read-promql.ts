import { parser } from '@prometheus-io/lezer-promql'

/** What Grafana puts in for its variables; any value of their kind shows whether the rest is PromQL. */
const VARIABLES = { __rate_interval: '1m', __range: '1h', cluster: '.*', process: '.*' }

export const withVariables = (
  expression: string,
  values: Record<keyof typeof VARIABLES, string> = VARIABLES,
): string =>
  Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`$${name}`, value), expression)

/** A metric as an expression asks for it: `name` and what stands in its braces. */
export type Selector = { name: string; matchers: string }

/**
 * The metrics that an expression reads, by Prometheus' own grammar.
 * @throws where it is no PromQL, or asks for metrics in a way that names none
 */
export function readPromql(expression: string): Selector[] {
  const selectors: Selector[] = []
  parser.parse(expression).iterate({
    enter(node) {
      const text = expression.slice(node.from, node.to)
      if (node.type.isError)
        throw new Error(`no PromQL near "${expression.slice(Math.max(0, node.from - 10), node.to + 10)}"`)
      if (node.name !== 'VectorSelector') return
      const name = node.node.getChild('Identifier')
      if (!name) throw new Error(`${text} names no metric`)
      const matchers = node.node.getChild('LabelMatchers')
      selectors.push({
        name: expression.slice(name.from, name.to),
        matchers: matchers ? expression.slice(matchers.from, matchers.to) : '',
      })
    },
  })
  return selectors
}
