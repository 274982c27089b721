import { activeSpan, withSpan } from '@shardlight/tracing'

const FIRST_WORD = /^\s*(\w+)/
const FIRST_TABLE = /\b(?:FROM|INTO|UPDATE|JOIN)\s+(?!LATERAL\b|ONLY\b|unnest\b)([a-z_][\w.]*)/i
const FIRST_FUNCTION = /^\s*SELECT\s+([a-z_]\w*)\(/i
const WHITE_SPACE = /\s+/g
const SQLSTATE = /^[\dA-Z]{5}$/

/** `INSERT tasks`: what a statement does, and the function that it calls or the table that it names first. */
export function summaryOf(sql: string): string {
  const operation = FIRST_WORD.exec(sql)?.[1]?.toUpperCase() ?? 'SQL'
  const target = FIRST_FUNCTION.exec(sql)?.[1] ?? FIRST_TABLE.exec(sql)?.[1]
  return target === undefined ? operation : `${operation} ${target}`
}

export type QuerySpans = {
  /** A span for a statement, where a trace is recorded: with its placeholders, never with what stands for them. */
  query<T>(sql: string, run: () => Promise<T>): Promise<T>
  transaction<T>(run: () => Promise<T>): Promise<T>
}

/** By OpenTelemetry's conventions for databases, of which those for PostgreSQL are stable. */
export function createQuerySpans(url: string): QuerySpans {
  const { hostname, port, pathname } = new URL(url)
  const attributes = {
    'db.system.name': 'postgresql',
    'db.namespace': pathname.slice(1),
    'server.address': hostname,
    'server.port': Number(port || 5432),
  }
  return {
    query(sql, run) {
      if (!activeSpan()) return run()
      const summary = summaryOf(sql)
      const described = {
        ...attributes,
        'db.query.summary': summary,
        'db.query.text': sql.replaceAll(WHITE_SPACE, ' ').trim(),
      }
      return withSpan(summary, { kind: 'client', attributes: described }, async span => {
        try {
          return await run()
        } catch (error) {
          const { code } = error as { code?: unknown }
          if (typeof code === 'string' && SQLSTATE.test(code))
            span?.setAttribute('db.response.status_code', code)
          throw error
        }
      })
    },
    transaction: run =>
      withSpan(
        'transaction',
        { kind: 'client', attributes: { ...attributes, 'db.operation.name': 'transaction' } },
        run,
      ),
  }
}
