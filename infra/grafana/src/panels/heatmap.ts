import {
  PanelBuilder as Heatmap,
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap'
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { PROMETHEUS, rangeTargets } from '../queries.ts'
import type { Panels, Shown } from './shown.ts'

/** How the values of a histogram's buckets are spread over time. */
export function heatmap({
  title,
  description,
  unit,
  buckets,
}: Omit<Shown, 'queries'> & { buckets: string }): Panels {
  return new Heatmap()
    .title(title)
    .description(description)
    .datasource(PROMETHEUS)
    .unit(unit)
    .targets(
      rangeTargets(
        [{ name: '{{le}}', expr: `sum by (le) (increase(${buckets}[$__rate_interval]))` }],
        PromQueryFormat.Heatmap,
      ),
    )
    .calculate(false)
    .color(
      new HeatmapColorOptionsBuilder()
        .mode(HeatmapColorMode.Scheme)
        .scheme('Blues')
        .steps(32)
        .exponent(0.5)
        .fill('dark-blue')
        .reverse(true),
    )
    .yAxis(new YAxisConfigBuilder().unit(unit))
    .cellGap(1)
    .showLegend()
}
