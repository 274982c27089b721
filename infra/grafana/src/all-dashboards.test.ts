import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as units from '@grafana/grafana-foundation-sdk/units'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { dashboards, fileOf } from './all-dashboards.ts'
import { PROMETHEUS } from './queries.ts'
import { readPanels } from './read-panels.ts'
import { readPromql, withVariables } from './read-promql.ts'
import { COUNTED } from './units.ts'

const folder = join(import.meta.dirname, '..')
const all = Object.entries(dashboards)
const COLUMNS = 24
/** What the manager serves, and so has the label of its cluster. */
const OF_A_CLUSTER =
  /^shardlight_(cluster|event_log|requests|gateway|commands?|countdowns?|votes?|wikipedia_follow|status_shards|status_pushed)(_|$)/
const OF_A_PROCESS = /^shardlight_cluster_process_/

/** Leaves the two that people choose as they are; within quotes they are PromQL. */
const KEPT = { __rate_interval: '1m', __range: '1h', cluster: '$cluster', process: '$process' }

describe('the dashboards', () => {
  it('are committed as they are written in TypeScript: else run `npm run dashboards`', () => {
    const files = readdirSync(join(folder, 'dashboards')).toSorted()
    expect(files).toEqual(all.map(([name]) => `${name}.json`).toSorted())
    for (const [name, dashboard] of all)
      expect(readFileSync(join(folder, 'dashboards', `${name}.json`), 'utf8')).toBe(fileOf(dashboard))
  })

  it('have uids and titles of their own', () => {
    for (const key of ['uid', 'title'] as const)
      expect(new Set(all.map(([, dashboard]) => dashboard[key])).size).toBe(all.length)
  })

  it('are found by Grafana, with the datasource that they name', () => {
    const read = (file: string) => parse(readFileSync(join(folder, 'provisioning', file), 'utf8'))
    const { datasources } = z
      .object({
        datasources: z.array(z.object({ uid: z.string(), type: z.string(), isDefault: z.boolean() })),
      })
      .parse(read('datasources/prometheus.yaml'))
    expect(datasources).toEqual([{ ...PROMETHEUS, isDefault: true }])
    const { providers } = z
      .object({ providers: z.array(z.object({ options: z.object({ path: z.string() }) })) })
      .parse(read('dashboards/shardlight.yaml'))
    expect(providers).toMatchObject([{ options: { path: '/etc/grafana/dashboards' } }])
  })
})

describe.each(all)('%s', (_, dashboard) => {
  const panels = readPanels(dashboard)

  it('says of each panel what it shows and in which unit', () => {
    const known: unknown[] = Object.values(units)
    for (const { title, fieldConfig } of panels) {
      const { unit } = fieldConfig.defaults
      expect(known.includes(unit) || unit.startsWith(COUNTED), `${title} is in ${unit}`).toBe(true)
    }
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    expect(new Set(panels.map(({ title, type }) => `${title} ${type}`)).size).toBe(panels.length)
  })

  it('fills rows of 24 columns, and nothing lies over anything else', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    const height = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h))
    expect(cells.length).toBe(COLUMNS * height)
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= COLUMNS)).toBe(true)
  })

  it('asks in PromQL, for the clusters and shard processes that are chosen', () => {
    for (const { title, targets } of panels)
      for (const { expr } of targets) {
        expect(withVariables(expr), title).not.toContain('$')
        for (const { name, matchers } of readPromql(withVariables(expr, KEPT))) {
          if (OF_A_CLUSTER.test(name)) expect(matchers, name).toContain('cluster=~"$cluster"')
          if (OF_A_PROCESS.test(name)) expect(matchers, name).toContain('process=~"$process"')
          // Prometheus 3 turns le="3" into le="3.0" when it scrapes.
          expect(matchers, name).not.toMatch(/\ble\s*=\s*"\d+(\.0)?"/)
        }
      }
  })

  it('tells nothing by colour alone', () => {
    for (const { title, type, fieldConfig } of panels)
      if (type === 'state-timeline') expect(fieldConfig.defaults.mappings, title).not.toEqual([])
  })
})
