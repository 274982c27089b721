import * as units from '@grafana/grafana-foundation-sdk/units'

/** Grafana writes a number with a word of ours behind it. */
export const COUNTED = 'suffix:'
export const counted = (what: string): string => `${COUNTED} ${what}`

export const seconds = units.Seconds
export const bytes = units.BytesIEC
/** From 0 to 1. */
export const share = units.PercentUnit
export const perSecond = (what: string): string => counted(`${what}/s`)
