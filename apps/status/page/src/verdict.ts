import { ShardState } from '@shardlight/shard-registry'
import { verdictWords } from './verdict-words.ts'
import type { Tongue } from './words/tongue.ts'
import { wordsIn } from './words/words.ts'

export type Tone = 'good' | 'busy' | 'bad' | 'none'

export type Verdict = { tone: Tone; text: string; detail: string }

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
  if (down > 0) return { tone: 'bad', text: down === total ? words.allDown : words.down(down), detail }
  if (moving > 0) return { tone: 'busy', text: words.moving(moving), detail }
  if (unknown === total) return { tone: 'none', text: words.silent, detail }
  if (unknown > 0) return { tone: 'busy', text: words.unheard(unknown), detail }
  return { tone: 'good', text: words.allOnline, detail }
}
