import { ShardState } from '@shardlight/shard-registry'
import { verdictWords } from './verdict-words.ts'
import type { Tongue } from './words/tongue.ts'
import { wordsIn } from './words/words.ts'

/** `some`: a part is down, which most visitors will not notice. */
export type Tone = 'good' | 'busy' | 'some' | 'bad' | 'none'

/** From this share of all shards on, what is down is grave. */
const GRAVE = 0.1

export type Verdict = { tone: Tone; text: string; detail: string }

/** The verdict of a picture that is no longer of now: neither good nor bad, for nobody knows. */
export function verdictOfPast(tongue: Tongue, { text, detail }: Verdict, staleMs: number): Verdict {
  const words = wordsIn(tongue, verdictWords)
  return { tone: 'none', text: words.lastKnown(text), detail: words.lastHeard(detail, tongue.ago(staleMs)) }
}

/** The one sentence that a visitor came for, from the number of shards in each state. */
export function verdictOf(tongue: Tongue, counts: readonly number[], clusters: number): Verdict {
  const words = wordsIn(tongue, verdictWords)
  const of = (...states: ShardState[]) => states.reduce<number>((sum, state) => sum + (counts[state] ?? 0), 0)
  const total = counts.reduce((sum, each) => sum + each, 0)
  const down = of(ShardState.Unhealthy, ShardState.Offline)
  const moving = of(ShardState.Starting, ShardState.Stopping, ShardState.Resuming)
  const unknown = of(ShardState.Unknown)
  const online = words.online(of(ShardState.Online), total)
  const detail = clusters > 1 ? words.inClusters(online, clusters) : online
  if (total === 0) return { tone: 'none', text: words.waiting, detail: words.silent }
  if (down === total) return { tone: 'bad', text: words.allDown, detail }
  if (down / total >= GRAVE) return { tone: 'bad', text: words.down(down), detail }
  if (down > 0) return { tone: 'some', text: words.down(down), detail: words.someAffected(detail) }
  // Where some work, those that are moving are on their way back; all others have still to come.
  if (moving > 0 && unknown === 0 && moving < total)
    return { tone: 'busy', text: words.restarting(moving), detail }
  if (moving > 0) return { tone: 'busy', text: words.notYet(moving + unknown), detail }
  if (unknown === total) return { tone: 'none', text: words.silent, detail }
  if (unknown > 0) return { tone: 'busy', text: words.unheard(unknown), detail }
  return { tone: 'good', text: words.allOnline, detail }
}
