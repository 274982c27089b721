import {
  LegendDisplayMode,
  LegendPlacement,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import { PanelBuilder as StateTimeline } from '@grafana/grafana-foundation-sdk/statetimeline'
import { PROMETHEUS, rangeTargets } from '../queries.ts'
import { type Panels, type Shown, type Word, wordsFor } from './shown.ts'

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
