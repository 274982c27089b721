import { type ShardState, type ShardStateName, shardStateNames } from '@shardlight/shard-registry'

type Look = {
  name: ShardStateName
  /** Told apart without colour too: a sign in the cell. Online is the plain one. */
  sign: string
  /** What it means for somebody who is no operator. */
  meaning: string
}

const MEANINGS: Record<ShardStateName, [sign: string, meaning: string]> = {
  Unknown: ['?', 'nothing was heard yet'],
  Unhealthy: ['!', 'does not answer'],
  Offline: ['×', 'switched off on purpose'],
  Online: ['', 'works'],
  Starting: ['↑', 'is coming up'],
  Stopping: ['↓', 'is being switched off'],
  Resuming: ['↻', 'is reconnecting'],
}

export const looks: readonly Look[] = shardStateNames.map(name => {
  const [sign, meaning] = MEANINGS[name]
  return { name, sign, meaning }
})

export const lookOf = (state: number): Look => looks[state] ?? { name: 'Unknown', sign: '?', meaning: '' }

/** In the order in which a reader wants them: what is well, what is wrong, what is under way. */
export const legendOrder: readonly ShardState[] = [3, 1, 2, 4, 6, 5, 0]
