import type { IncidentFacts, IncidentImpact, ShardRanges } from '@shardlight/status-client'
import { sayShards } from './shard-ranges.ts'

const MINUTE_MS = 60_000

/** `2 min`, `3 h 5 min`, `4 d 2 h`. */
export function sayDuration(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / MINUTE_MS))
  const parts =
    minutes < 60
      ? [[minutes, 'min']]
      : minutes < 24 * 60
        ? [
            [Math.floor(minutes / 60), 'h'],
            [minutes % 60, 'min'],
          ]
        : [
            [Math.floor(minutes / (24 * 60)), 'd'],
            [Math.floor(minutes / 60) % 24, 'h'],
          ]
  return parts
    .filter(([value]) => value !== 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ')
}

/**
 * `Process 3 is down: shards 48–63`, and `was` once it is over. Of a process some of whose shards are well that would
 * be false: `Shard 50 does not answer`.
 */
export function titleOfOutage({
  processId,
  shards,
  impact,
  isOver,
}: {
  processId: string | null
  shards: ShardRanges
  impact: IncidentImpact
  isOver: boolean
}): string {
  const said = sayShards(shards)
  if (processId !== null && impact === 'minor') {
    const verb = isOver ? 'did' : said.startsWith('shards') ? 'do' : 'does'
    return `${said.replace(/^s/, 'S')} ${verb} not answer`
  }
  if (processId !== null) return `Process ${processId} ${isOver ? 'was' : 'is'} down: ${said}`
  const verb = said.startsWith('shards') ? (isOver ? 'were' : 'are') : isOver ? 'was' : 'is'
  return `${said.replace(/^s/, 'S')} ${verb} down`
}

/** A list that is cut ends in dots of its own. */
const sentence = (text: string): string => (text.endsWith('…') ? text : `${text}.`)

/** What the system says, in English; a page may say the facts in another language. */
export function textOf(facts: IncidentFacts): string {
  switch (facts.what) {
    case 'down':
      return sentence(`No answer from ${sayShards(facts.shards)}`)
    case 'down-too':
      return sentence(`Now also down: no answer from ${sayShards(facts.shards)}`)
    case 'down-again':
      return sentence(`Down again: no answer from ${sayShards(facts.shards)}`)
    case 'back':
      return `Back after ${sayDuration(facts.afterMs)}.`
    case 'moved':
      return `Another process or layout has these shards, after ${sayDuration(facts.afterMs)}.`
    case 'switched-off':
      return `Switched off on purpose, after ${sayDuration(facts.afterMs)}.`
    case 'maintenance-began':
      return 'Maintenance has begun.'
    case 'maintenance-ended':
      return 'Maintenance is completed.'
  }
}
