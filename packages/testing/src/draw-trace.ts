import type { AttributeValue, ReceivedSpan } from './otlp-receiver.ts'

const shown = (value: AttributeValue) => (Array.isArray(value) ? value.join(',') : String(value))

/**
 * Draws spans as trees, a line each with its duration: children in the order in which they began, links to other
 * spans by name. A span whose parent is not among them stands at the top.
 * @param attributes which attributes, of the span or its process, are shown behind each span that has them
 */
export function drawTrace(spans: ReceivedSpan[], attributes: string[] = []): string {
  const byId = new Map(spans.map(span => [span.spanId, span]))
  const inOrder = spans.toSorted((one, other) => one.startMs - other.startMs)
  const childrenOf = Map.groupBy(inOrder, ({ parentSpanId }) =>
    parentSpanId !== undefined && byId.has(parentSpanId) ? parentSpanId : undefined,
  )
  const nameOf = (spanId: string) => byId.get(spanId)?.name ?? spanId
  const lines: { left: string; right: string }[] = []

  const add = (span: ReceivedSpan, begin: string, below: string) => {
    const right = [
      `${span.durationMs.toFixed(1).padStart(9)} ms`,
      ...(span.status === 'error' ? ['error'] : []),
      ...span.links.map(link => `↝ ${nameOf(link.spanId)}`),
      ...attributes.flatMap(name => {
        const value = span.attributes[name] ?? span.resource[name]
        return value === undefined ? [] : [`${name}=${shown(value)}`]
      }),
    ].join('  ')
    lines.push({ left: `${begin}${span.name}`, right })
    const children = childrenOf.get(span.spanId) ?? []
    for (const [index, child] of children.entries()) {
      const isLast = index === children.length - 1
      add(child, `${below}${isLast ? '└─ ' : '├─ '}`, `${below}${isLast ? '   ' : '│  '}`)
    }
  }
  for (const root of childrenOf.get(undefined) ?? []) add(root, '', '')
  const width = Math.max(0, ...lines.map(({ left }) => left.length))
  return lines.map(({ left, right }) => `${left.padEnd(width)} ${right}`).join('\n')
}
