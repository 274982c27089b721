import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Panels } from './panels/shown.ts'
import { PROMETHEUS } from './queries.ts'

/** Panels beside one another, as wide as they share the 24 columns of Grafana, or as `widths` says. */
export type Row = { height: number; panels: Panels[]; widths?: number[] }

const COLUMNS = 24
/** By which the dashboards find one another for their links. */
const TAG = 'shardlight'

const variable = (name: string, label: string, values: string) =>
  new QueryVariableBuilder(name)
    .label(label)
    .datasource(PROMETHEUS)
    .query({ query: `label_values(${values}, ${name})`, refId: name })
    .definition(`label_values(${values}, ${name})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NumericalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ text: 'All', value: '$__all' })

/** Grafana's own annotations of that tag: whoever deploys sets one by its API. */
const marked = {
  type: 'tags',
  tags: ['deploy'],
  matchAny: true,
  limit: 100,
  refId: 'Deployments',
  _implementsDataqueryVariant() {},
}

const deployments = new AnnotationQueryBuilder()
  .name('Deployments')
  .datasource({ type: 'datasource', uid: 'grafana' })
  .enable(true)
  .iconColor('blue')
  .target({ build: () => marked })

/** A mark at the very time, of which no deployment has to tell. */
const starts = new AnnotationQueryBuilder()
  .name('Manager starts')
  .datasource(PROMETHEUS)
  .enable(true)
  .iconColor('purple')
  .expr('process_start_time_seconds{app="manager", cluster=~"$cluster"} * 1000')
  .useValueForTime(true)
  .titleFormat('The manager of {{cluster}} started')
  .step('60s')

const alerts = new AnnotationQueryBuilder()
  .name('Alerts')
  .datasource(PROMETHEUS)
  .enable(true)
  .iconColor('red')
  .expr('max by (alertname) (ALERTS{alertstate="firing"})')
  .titleFormat('{{alertname}}')
  .step('60s')

/** The SDK knows only the menu of the newest Grafana for a place, where nobody sees them. */
const { placement, ...others } = new DashboardLinkBuilder('Dashboards')
  .type(DashboardLinkType.Dashboards)
  .tags([TAG])
  .keepTime(true)
  .includeVars(true)
  .build()

export function createDashboard({
  uid,
  title,
  description,
  rows,
}: {
  uid: string
  title: string
  description: string
  rows: Row[]
}): Dashboard {
  const dashboard = new DashboardBuilder(`Shardlight: ${title}`)
    .uid(`shardlight-${uid}`)
    .description(description)
    .tags([TAG])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-6h', to: 'now' })
    .refresh('30s')
    .withVariable(variable('cluster', 'Cluster', 'shardlight_cluster_owner'))
    .withVariable(
      variable('process', 'Shard process', 'shardlight_cluster_process_memory_bytes{cluster=~"$cluster"}'),
    )
    .annotations([deployments, starts, alerts])
    .link({ build: () => others })
  let y = 0
  let id = 0
  for (const { height: h, panels, widths } of rows) {
    let x = 0
    for (const [at, panel] of panels.entries()) {
      const w = widths?.[at] ?? Math.floor(COLUMNS / panels.length)
      id += 1
      const placed = { ...panel.build(), id, gridPos: { x, y, w, h } }
      dashboard.withPanel({ build: () => placed })
      x += w
    }
    y += h
  }
  return dashboard.build()
}
