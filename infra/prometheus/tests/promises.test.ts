import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { metricsOf, readAlerts, readRecordings, recordingsOf } from '../src/read-rules.ts'
import { codeIn, readPromises, readRunbooks, repository } from '../src/read-runbooks.ts'

const PARTS = ['Measure', 'Objective', 'Alert', 'Proof', 'Not proven']

/** One promise: what stands after each bold word, in one line. */
function readPromise(text: string): Map<string, string> {
  const parts = text.split(/^- \*\*([\w ]+)\*\* /m).slice(1)
  return new Map(
    parts.flatMap((part, at) =>
      at % 2 === 0 ? [[part, (parts[at + 1] ?? '').replaceAll(/\s+/g, ' ')]] : [],
    ),
  )
}

const promises = readPromises()
  .split(/^## /m)
  .slice(1)
  .map(text => ({ title: text.split('\n')[0] ?? '', parts: readPromise(text) }))

const alerts = new Set(readAlerts().map(({ alert }) => alert))
const recordings = readRecordings().map(({ record }) => record)
const benchmarks = globSync('{apps,packages,infra}/*/bench/*.ts', { cwd: repository }).map(file =>
  basename(file, '.ts'),
)

describe('a promise', () => {
  it.each(promises)('“$title” has a measure, an objective, an alert and a proof', ({ parts }) => {
    expect([...parts.keys()]).toEqual(PARTS.slice(0, parts.has('Not proven') ? 5 : 4))
  })

  it.each(promises)('“$title” names only alerts and records that there are', ({ parts }) => {
    for (const name of (parts.get('Alert') ?? '').trim().split(', '))
      if (name !== 'none of its own') expect(alerts).toContain(name)
    for (const code of codeIn(parts.get('Measure') ?? ''))
      for (const name of recordingsOf(code)) expect(recordings).toContain(name)
  })

  it.each(promises)('“$title” is proven by tests and benchmarks that there are', ({ parts }) => {
    const proof = parts.get('Proof') ?? ''
    let source = ''
    for (const [, code, title] of proof.matchAll(/`([^`]+)`|“([^”]+)”/g)) {
      const benchmark = /^npm run bench -- (.+)$/.exec(code ?? '')?.[1]
      if (benchmark !== undefined) expect(benchmarks).toContain(benchmark)
      else if (code !== undefined) {
        expect(existsSync(join(repository, code)), code).toBe(true)
        source = readFileSync(join(repository, code), 'utf8')
      } else if (title !== undefined) expect(source).toContain(title)
    }
    expect(proof).toMatch(/^`/)
  })

  it('is in danger when an alert fires, whichever it is', () => {
    const named = promises.flatMap(({ parts }) => (parts.get('Alert') ?? '').trim().split(', '))
    expect(new Set(named.filter(name => name !== 'none of its own'))).toEqual(alerts)
  })
})

it('runbooks name only benchmarks and records that there are', () => {
  for (const code of [...readRunbooks().values()].flatMap(codeIn)) {
    const benchmark = /^npm run bench -- (.+)$/.exec(code)?.[1]
    if (benchmark !== undefined) expect(benchmarks).toContain(benchmark)
    for (const name of recordingsOf(code)) expect(recordings).toContain(name)
  }
})

it('a metric is told from a rule by its name', () => {
  const expression =
    'sum(rate(shardlight_status_push_seconds_bucket{le="0.5"}[1m])) / shardlight:pushes:rate1m'
  expect(metricsOf(expression)).toEqual(['shardlight_status_push_seconds_bucket'])
  expect(recordingsOf(expression)).toEqual(['shardlight:pushes:rate1m'])
})
