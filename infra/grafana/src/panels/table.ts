import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table'
import { instantTargets, PROMETHEUS } from '../queries.ts'
import type { Panels, Shown } from './shown.ts'

/** What is so now, a line each. */
export function table({ title, description, unit, queries, hide }: Shown & { hide: string[] }): Panels {
  return new Table()
    .title(title)
    .description(description)
    .datasource(PROMETHEUS)
    .unit(unit)
    .targets(instantTargets(queries, PromQueryFormat.Table))
    .withTransformation({
      id: 'organize',
      options: { excludeByName: Object.fromEntries(hide.map(column => [column, true])) },
    })
    .noValue('None')
}
