import { type Language, languages } from './languages.ts'

/** The forms of a counted thing; `#` stands for the number. Those that a language lacks are `other`. */
export type PluralForms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>

/** How one language writes numbers, counts and times. */
export type Tongue = ReturnType<typeof createTongue>

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Whether a calendar has it: formatting another would throw, and a page with a hole is better than none. */
const isMoment = (ms: number): boolean => Math.abs(ms) <= 8_640_000_000_000_000

const SPANS = [
  ['day', DAY, 'hour', HOUR],
  ['hour', HOUR, 'minute', MINUTE],
  ['minute', MINUTE, undefined, 1],
  ['second', SECOND, undefined, 1],
] as const

/**
 * @param locale the visitor's variety of the language, such as `de-AT`
 * @param timeZone left out, that of the machine; where it is given, times say so
 */
export function createTongue(language: Language, locale: string = language, timeZone?: string) {
  const numbers = new Intl.NumberFormat(locale)
  const rules = new Intl.PluralRules(locale)
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
  const units = new Map(
    SPANS.map(([unit]) => [
      unit,
      new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }),
    ]),
  )
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' })
  const zone = timeZone === undefined ? {} : ({ timeZone, timeZoneName: 'short', hourCycle: 'h23' } as const)
  const time = { hour: 'numeric', minute: '2-digit', ...zone } as const
  const times = new Intl.DateTimeFormat(locale, time)
  const days = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', ...time })
  const dates = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    ...(timeZone !== undefined && { timeZone }),
  })

  const spanOf = (ms: number) => SPANS.find(([, span]) => ms >= span) ?? SPANS[3]
  const count = (value: number): string => numbers.format(value)

  return {
    language,
    locale,
    dir: languages[language].dir,
    count,
    /** `99.95 %`, as many digits after the point as asked for and needed. */
    percent: (share: number, digits = 0): string =>
      new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }).format(share),
    /** `plural(2, { one: '# shard', other: '# shards' })` is `2 shards`. */
    plural: (value: number, forms: PluralForms): string =>
      (forms[rules.select(value)] ?? forms.other).replaceAll('#', () => count(value)),
    /** `8 sec`, `5 min`, `2 hr 5 min`, `3 days 4 hr`. */
    duration(ms: number): string {
      const whole = Math.max(0, ms)
      const [unit, span, smallUnit, smallSpan] = spanOf(whole)
      const rest = smallUnit === undefined ? 0 : Math.floor((whole % span) / smallSpan)
      const parts = [units.get(unit)?.format(Math.floor(whole / span))]
      if (smallUnit !== undefined && rest > 0) parts.push(units.get(smallUnit)?.format(rest))
      return parts.join(' ')
    },
    /** `just now`, `9 sec. ago`, `2 hr. ago`. */
    ago(ms: number): string {
      if (!Number.isFinite(ms)) return ''
      if (ms < 2 * SECOND) return languages[language].justNow
      const [unit, span] = spanOf(ms)
      return relative.format(-Math.floor(ms / span), unit)
    },
    /** A time, with the day where that is not today. */
    moment(atMs: number, nowMs: number): string {
      if (!isMoment(atMs)) return ''
      const isToday = isMoment(nowMs) && dates.format(atMs) === dates.format(nowMs)
      return (isToday ? times : days).format(atMs)
    },
    /** `Nov 21, 2026`. */
    date: (atMs: number): string => (isMoment(atMs) ? dates.format(atMs) : ''),
    /** `a, b and c`. */
    list: (items: readonly string[]): string => lists.format(items),
  }
}
