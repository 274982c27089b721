import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat'
import { instantTargets, PROMETHEUS } from '../queries.ts'
import { type Panels, type Shown, type Word, wordsFor } from './shown.ts'

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
