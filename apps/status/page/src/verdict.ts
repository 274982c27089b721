import { ShardState } from '@shardlight/shard-registry'
import { count, counted } from './format.ts'

export type Tone = 'good' | 'busy' | 'bad' | 'none'

export type Verdict = { tone: Tone; text: string; detail: string }

/** The one sentence that a visitor came for, from the number of shards in each state. */
export function verdictOf(counts: readonly number[], clusters: number): Verdict {
  const of = (...states: ShardState[]) => states.reduce<number>((sum, state) => sum + (counts[state] ?? 0), 0)
  const total = counts.reduce((sum, each) => sum + each, 0)
  const online = of(ShardState.Online)
  const down = of(ShardState.Unhealthy, ShardState.Offline)
  const moving = of(ShardState.Starting, ShardState.Stopping, ShardState.Resuming)
  const unknown = of(ShardState.Unknown)
  const where = clusters > 1 ? ` in ${clusters} clusters` : ''
  const detail = `${count(online)} of ${counted(total, 'shard')} online${where}`
  if (total === 0)
    return { tone: 'none', text: 'Waiting for the first shards', detail: 'No shard has reported yet' }
  if (down > 0)
    return {
      tone: 'bad',
      text: down === total ? 'All shards down' : `${counted(down, 'shard')} down`,
      detail,
    }
  if (moving > 0) return { tone: 'busy', text: `${counted(moving, 'shard')} on the way`, detail }
  if (unknown === total) return { tone: 'none', text: 'No shard has reported yet', detail }
  if (unknown > 0) return { tone: 'busy', text: `${counted(unknown, 'shard')} not heard from yet`, detail }
  return { tone: 'good', text: 'All shards online', detail }
}
