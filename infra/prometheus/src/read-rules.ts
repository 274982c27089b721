import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

/** The folder of `prometheus.yml`. */
export const folder = join(import.meta.dirname, '..')

const recording = z.strictObject({ record: z.string(), expr: z.string() })

const alert = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['page', 'ticket']), burn: z.enum(['fast', 'slow']).optional() }),
  annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook_url: z.string() }),
})

const ruleFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      interval: z.string().optional(),
      rules: z.array(z.union([recording, alert])),
    }),
  ),
})

export type Recording = z.infer<typeof recording>
export type Alert = z.infer<typeof alert>

/** Every rule file by its name, such as `shards.yml`, as Prometheus reads it. */
export const readRuleFiles = (): Map<string, z.infer<typeof ruleFile>> =>
  new Map(
    globSync('rules/*.yml', { cwd: folder })
      .toSorted()
      .map(file => [basename(file), ruleFile.parse(parse(readFileSync(join(folder, file), 'utf8')))]),
  )

const allRules = () => [...readRuleFiles().values()].flatMap(({ groups }) => groups.flatMap(one => one.rules))

export const readAlerts = (): Alert[] => allRules().filter(rule => 'alert' in rule)

export const readRecordings = (): Recording[] => allRules().filter(rule => 'record' in rule)

/** The metrics that an expression reads, without what rules record (which have a colon in their names). */
export const metricsOf = (expression: string): string[] => [
  ...new Set(expression.match(/(?<![\w:])(shardlight|process|nodejs|prometheus)_\w+(?![\w:])/g) ?? []),
]

/** What rules record and an expression reads. */
export const recordingsOf = (expression: string): string[] => [
  ...new Set(expression.match(/(?<![\w:])shardlight:[\w:]+/g) ?? []),
]
