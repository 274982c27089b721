import { createLog } from '@shardlight/service'
import { startOtlpReceiver, testDatabase } from '@shardlight/testing'
import { startTrace, startTracing } from '@shardlight/tracing'
import { expect, it } from 'vitest'
import { openDatabase } from './database.ts'
import { summaryOf } from './query-span.ts'

it.each([
  ["INSERT INTO tasks (a) VALUES ($1) RETURNING now() - interval '1 s'", 'INSERT tasks'],
  ['SELECT 1 FROM migrations.tasks WHERE id = $1', 'SELECT migrations.tasks'],
  ['UPDATE tasks SET posted = ours.posted FROM unnest($1::bigint[]) AS ours (id)', 'UPDATE tasks'],
  [' WITH open AS (SELECT id FROM votes FOR SHARE) SELECT id FROM open', 'WITH votes'],
  ['SELECT append_events($1::jsonb) AS id', 'SELECT append_events'],
  ['SELECT 1', 'SELECT'],
])('sums %s up', (sql, summary) => {
  expect(summaryOf(sql)).toBe(summary)
})

it('is in a trace with its statements, and without what they were given', async () => {
  await using scratch = await testDatabase()
  await using receiver = await startOtlpReceiver()
  const tracing = await startTracing({
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    process: { name: 'test' },
    log: createLog({ name: 'test', level: 'silent' }),
  })
  {
    await using database = await openDatabase({ url: scratch.url, applicationName: 'test' })
    await database.query('SELECT $1::text AS secret', ['nobody asked'])
    await startTrace('a command', {}, async () => {
      await database.query('CREATE TABLE notes (text text UNIQUE)')
      const twice = database.transaction(async tx => {
        for (const text of ['my secret', 'my secret']) await tx.query('INSERT INTO notes VALUES ($1)', [text])
      })
      await expect(twice).rejects.toThrow(/duplicate/)
    })
  }
  await tracing[Symbol.asyncDispose]()
  const [create, first, second, transaction, command] = receiver.spans()
  expect(receiver.spans()).toHaveLength(5)
  expect(create).toMatchObject({ name: 'CREATE', parentSpanId: command?.spanId })
  expect(transaction).toMatchObject({ name: 'transaction', parentSpanId: command?.spanId, status: 'error' })
  expect(first).toMatchObject({ parentSpanId: transaction?.spanId, status: 'unset', kind: 'client' })
  expect(second).toMatchObject({
    name: 'INSERT notes',
    status: 'error',
    attributes: {
      'db.system.name': 'postgresql',
      'db.query.text': 'INSERT INTO notes VALUES ($1)',
      'db.response.status_code': '23505',
      'error.type': '23505',
    },
  })
  for (const { body } of receiver.requests()) expect(body.includes('secret')).toBe(false)
})
