import type { UptimeDay } from '@shardlight/status-client'
import { useMemo } from 'preact/hooks'
import { useTongue, useWords } from '../words/use-words.ts'
import { WELL_KNOWN } from './bar-look.ts'
import { floored } from './spells.ts'
import { uptimeWords } from './uptime-words.ts'

export type DayTexts = {
  /** `Nov 21, 2026` */
  date: string
  /** `99.98 % up`, or why there is no such number. */
  up: string
  /** What else is to be said. */
  more: string[]
  known: string
  problem: string
  worst: string
}

const NOTHING = '–'

/** Tells a day in words; days are those of UTC, so its moments are in UTC too. */
export function useDayTexts(): (day: UptimeDay) => DayTexts {
  const words = useWords(uptimeWords)
  const { locale, percent, duration } = useTongue()
  return useMemo(() => {
    const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
    const times = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' })
    return ({ day, upShare, observedShare, problemSeconds, worst }) => {
      const known = percent(floored(observedShare, 0))
      const problem = problemSeconds > 0 ? duration(problemSeconds * 1000) : NOTHING
      const isWorse = worst !== null && worst.upShare < 1
      const worstShare = isWorse ? percent(floored(worst.upShare, 0)) : NOTHING
      const worstAt = isWorse ? `${times.format(worst.atMs)} UTC` : ''
      return {
        date: dates.format(new Date(`${day}T00:00:00Z`)),
        up:
          upShare !== null
            ? words.up(percent(floored(upShare), 2))
            : observedShare > 0
              ? words.off
              : words.noData,
        more: [
          ...(problemSeconds > 0 ? [words.problem(problem)] : []),
          ...(isWorse ? [words.worst(worstShare, worstAt)] : []),
          ...(observedShare > 0 && observedShare < WELL_KNOWN ? [words.known(known)] : []),
        ],
        known,
        problem,
        worst: isWorse ? `${worstShare} · ${worstAt}` : NOTHING,
      }
    }
  }, [locale, percent, duration, words])
}
