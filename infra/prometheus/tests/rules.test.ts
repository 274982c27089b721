import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { prometheusIsMissing, promtool } from '../src/promtool.ts'
import { folder, readAlerts, readRecordings, readRuleFiles, recordingsOf } from '../src/read-rules.ts'

const files = globSync('tests/*.test.yml', { cwd: folder })

const looks = z
  .object({
    tests: z.array(
      z.object({
        promql_expr_test: z
          .array(z.object({ expr: z.string(), exp_samples: z.array(z.unknown()) }))
          .default([]),
      }),
    ),
  })
  .transform(({ tests }) => tests.map(test => test.promql_expr_test))

describe.skipIf(prometheusIsMissing())('promtool', () => {
  it('accepts the configuration and every rule', async () => {
    expect(await promtool('check', 'config', 'prometheus.yml')).toContain(
      `${readRuleFiles().size} rule files found`,
    )
    await promtool('check', 'rules', '--lint-fatal', ...globSync('rules/*.yml', { cwd: folder }))
  })

  it.concurrent.each(files)('sees each alert fire and end as %s says', { timeout: 120_000 }, async file => {
    await promtool('test', 'rules', file)
  })
})

describe('alerts', () => {
  const tested = files.flatMap(file => looks.parse(parse(readFileSync(join(folder, file), 'utf8'))))

  it.each([...new Set(readAlerts().map(({ alert }) => alert))])(
    '%s is seen to wait, to fire and to end',
    name => {
      const times = tested
        .filter(test => test.some(({ expr }) => expr.includes(`alertname="${name}"`)))
        .map(test => test.map(({ exp_samples }) => (exp_samples.length > 0 ? 'fires' : 'rests')).join(' '))
      expect(times.join(', ')).toMatch(/rests( fires)+ rests/)
    },
  )

  it('have a file of tests beside each file of rules', () => {
    expect(files.map(file => basename(file).replace('.test.yml', '.yml')).toSorted()).toEqual([
      ...readRuleFiles().keys(),
    ])
  })

  it('read only what is recorded, and nothing is recorded that no rule reads', () => {
    const recorded = readRecordings().map(({ record }) => record)
    const read = [...readAlerts(), ...readRecordings()].flatMap(({ expr }) => recordingsOf(expr))
    expect(new Set(read)).toEqual(new Set(recorded))
  })

  it('ask for whole buckets as Prometheus 2 and as Prometheus 3 write them, and so do records', () => {
    const asked = [...readAlerts(), ...readRecordings()].map(({ expr }) => expr).join('\n')
    expect(asked).toContain('le=~"3(\\\\.0)?"')
    // Prometheus 3 turns le="3" into le="3.0" when it scrapes.
    expect(asked).not.toMatch(/\ble\s*=\s*"\d+(\.0)?"/)
  })

  it('say that something is wrong in few words', () => {
    for (const { annotations } of readAlerts()) expect(annotations.summary.length).toBeLessThan(80)
  })
})
