import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  type Panel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard'
import {
  PanelBuilder as Heatmap,
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap'
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as StateTimeline } from '@grafana/grafana-foundation-sdk/statetimeline'
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries'
import { instantTargets, PROMETHEUS, type Query, rangeTargets } from './queries.ts'

export type Panels = Builder<Panel>

type Shown = {
  title: string
  /** What it shows, and what to do when it looks wrong. */
  description: string
  unit: string
  queries: Query[]
}

/** A word for a value, so that nobody has to tell colours apart. */
export type Word = { value: number; text: string; color?: 'green' | 'orange' | 'red' | 'text' }

const wordsFor = (words: Word[]): ValueMapping[] =>
  words.length === 0
    ? []
    : [
        {
          type: MappingType.ValueToText,
          options: Object.fromEntries(
            words.map(({ value, text, color }, index) => [value, { text, index, ...(color && { color }) }]),
          ),
        },
      ]

/** One calm colour up to where somebody should look; beside it a word says so. */
const limits = (above: { warn?: number; bad?: number }, base: string) =>
  new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([
      { value: null, color: base },
      ...(above.warn === undefined ? [] : [{ value: above.warn, color: 'orange' }]),
      ...(above.bad === undefined ? [] : [{ value: above.bad, color: 'red' }]),
    ])

/** One number, as it is now. */
export function stat({
  title,
  description,
  unit,
  queries,
  words = [],
  decimals,
  warn,
  bad,
}: Shown & { words?: Word[]; decimals?: number; warn?: number; bad?: number }): Panels {
  const panel = new Stat()
    .title(title)
    .description(description)
    .datasource(PROMETHEUS)
    .unit(unit)
    .targets(instantTargets(queries))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false))
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .textMode(queries.length > 1 ? BigValueTextMode.ValueAndName : BigValueTextMode.Value)
    .mappings(wordsFor(words))
    .thresholds(limits({ ...(warn !== undefined && { warn }), ...(bad !== undefined && { bad }) }, 'text'))
    .noValue('No data')
  return decimals === undefined ? panel : panel.decimals(decimals)
}

/** Lines over time, or stacked areas where the parts make a whole. */
export function graph({
  title,
  description,
  unit,
  queries,
  stacked = false,
  max,
}: Shown & { stacked?: boolean; max?: number }): Panels {
  const panel = new TimeSeries()
    .title(title)
    .description(description)
    .datasource(PROMETHEUS)
    .unit(unit)
    .min(0)
    .targets(rangeTargets(queries))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .lineWidth(stacked ? 1 : 2)
    .fillOpacity(stacked ? 40 : 0)
    .showPoints(VisibilityMode.Never)
    .stacking(new StackingConfigBuilder().mode(stacked ? StackingMode.Normal : StackingMode.None).group('A'))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .noValue('No data')
  return max === undefined ? panel : panel.max(max)
}

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

/** A row for each, with a word for what it was when. */
export function timeline({ title, description, unit, queries, words }: Shown & { words: Word[] }): Panels {
  return new StateTimeline()
    .title(title)
    .description(description)
    .datasource(PROMETHEUS)
    .unit(unit)
    .targets(rangeTargets(queries))
    .mappings(wordsFor(words))
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.8)
    .fillOpacity(60)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
}

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
