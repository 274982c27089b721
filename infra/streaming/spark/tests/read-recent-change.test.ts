import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { readRecentChange } from '@shardlight/recent-changes'
import { referenceData } from '@shardlight/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spark, sparkIsMissing } from '../prepare.ts'
import { startProgram } from './spark-job.ts'

const reference = referenceData('wikimedia/recentchange-enwiki-2023-07-29.jsonl')

/** What is counted of an event, as the ingester reads it. */
function asCounted(line: string) {
  const read = readRecentChange(line)
  if (!('change' in read)) return null
  const { id, at, wiki, type, isBot, title } = read.change
  return { id, at: at.getTime(), wiki, type, is_bot: isBot, title }
}

async function readInPython(lines: string[]) {
  const program = startProgram(spark.readRecentChange, {
    args: [],
    cwd: tmpdir(),
    input: `${lines.join('\n')}\n`,
  })
  if ((await program.exited) !== 0) throw new Error(program.output())
  return program
    .output()
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
    .map(change => change && { ...change, at: Date.parse(change.at) })
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '\u0000',
    'a\ud800b',
    '\udc00\ud800',
    'x'.repeat(200),
    '😀'.repeat(200),
    '😀'.repeat(201),
    'canary',
  ),
)
const moment = fc.oneof(
  fc.date({ noInvalidDate: true }).map(date => date.toISOString()),
  fc
    .date({ min: new Date('2001-01-02'), max: new Date('2099-12-30'), noInvalidDate: true })
    .map(date => date.toISOString()),
  fc.constantFrom(
    '2026-11-21T10:00:00Z',
    '2026-11-21T23:59:59.9999999Z',
    '2026-11-21T00:30:00+05:30',
    '2024-02-29T10:00:00Z',
    '2023-02-29T10:00:00Z',
    '2001-01-01T00:00:00+14:00',
    '2100-01-01T00:00:00Z',
    '2026-11-21T10:00Z',
    '2026-11-21T24:00:00Z',
    '2026-11-21 10:00:00Z',
    '2026-11-21T10:00:00',
    '2026-11-21T10:00:00+0000',
    '2026-11-21t10:00:00z',
    '2026-11-21T10:00:00Z\n',
    '٢026-11-21T10:00:00Z',
  ),
)
const odd = fc.oneof(fc.constantFrom(null, 7, true, 'yes'), fc.array(fc.nat()), fc.object())
const field = <T>(good: fc.Arbitrary<T>) =>
  fc.option(fc.oneof({ weight: 12, arbitrary: good }, odd), { nil: undefined, freq: 12 })
const event = fc.record({
  meta: fc.oneof(
    { weight: 9, arbitrary: fc.record({ id: field(text), dt: field(moment), domain: field(text) }) },
    odd,
  ),
  type: field(fc.oneof(text, fc.constantFrom('edit', 'new'))),
  server_name: field(text),
  bot: field(fc.boolean()),
  title: field(text),
})

describe.skipIf(await sparkIsMissing())('the job', () => {
  it('reads every event as the ingester does, whatever its fields hold', async () => {
    const lines = [
      ...(reference.isAbsent ? [] : readFileSync(reference.file, 'utf8').trim().split('\n')),
      ...fc.sample(event, 5_000).map(one => JSON.stringify(one)),
      ...[
        '',
        '{',
        '[]',
        'null',
        '"a"',
        '{"meta":null}',
        'NaN',
        '{"meta":NaN}',
        ' \t{}\r',
        '\ufeff{}',
        '{"a":01}',
        '{"meta":{"id":"a","dt":"2026-11-21T10:00:00Z"},"bot":1e400}',
      ],
    ]
    const expected = lines.map(asCounted)
    expect(expected.filter(change => change !== null).length).toBeGreaterThan(500)
    expect(await readInPython(lines)).toEqual(expected)
  })
})
