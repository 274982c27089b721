import type { Incident, IncidentUpdate, ShardRanges } from '@shardlight/status-client'
import type { Tongue } from '../words/tongue.ts'
import { wordsIn } from '../words/words.ts'
import { incidentWords } from './incident-words.ts'

const RANGES_SHOWN = 8
const SECOND_MS = 1_000

/** A list that is cut ends in dots of its own. */
const sentence = (text: string): string => text.replace(/ …\.$/, ' …')

/** What the system has said, in the visitor's language; what people wrote stays as they wrote it. */
export function createIncidentText(tongue: Tongue) {
  const words = wordsIn(tongue, incidentWords)

  const count = (ranges: ShardRanges) => ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)

  function which(ranges: ShardRanges): string {
    const shown = ranges
      .slice(0, RANGES_SHOWN)
      .map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`))
    return `${shown.join(', ')}${ranges.length > RANGES_SHOWN ? ' …' : ''}`
  }

  const shards = (ranges: ShardRanges) => words.shards(count(ranges), which(ranges))

  return {
    shards,
    title({ kind, title, processId, impact, resolvedAtMs, shards: ranges }: Incident): string {
      if (kind !== 'outage') return title
      const isOver = resolvedAtMs !== null
      if (processId === null) return (isOver ? words.wereDown : words.areDown)(shards(ranges))
      if (impact === 'minor')
        return (isOver ? words.gaveNoAnswer : words.noAnswer)(count(ranges), which(ranges))
      return (isOver ? words.wasDown : words.isDown)(processId, shards(ranges))
    },
    update({ facts, text }: IncidentUpdate): string {
      switch (facts?.what) {
        case 'down':
          return sentence(words.down(shards(facts.shards)))
        case 'down-too':
          return sentence(words.downToo(shards(facts.shards)))
        case 'down-again':
          return sentence(words.downAgain(shards(facts.shards)))
        case 'back':
          return words.back(tongue.duration(facts.afterMs))
        case 'moved':
          return words.moved(tongue.duration(facts.afterMs))
        case 'switched-off':
          return words.switchedOff(tongue.duration(facts.afterMs))
        case 'maintenance-began':
          return words.began
        case 'maintenance-ended':
          return words.ended
        default:
          return text
      }
    },
    /** When it was, or is to be. */
    when(incident: Incident, nowMs: number): string {
      const { kind, startedAtMs, resolvedAtMs, startsAtMs, endsAtMs } = incident
      const moment = (atMs: number) => tongue.moment(atMs, nowMs)
      if (kind === 'maintenance' && resolvedAtMs === null && startsAtMs !== null && endsAtMs !== null)
        return words.span(moment(startsAtMs), moment(endsAtMs))
      if (resolvedAtMs === null) return words.since(moment(startedAtMs))
      const began = moment(Math.min(startedAtMs, resolvedAtMs))
      return `${began} · ${words.lasted(tongue.duration(Math.max(SECOND_MS, resolvedAtMs - startedAtMs)))}`
    },
  }
}
