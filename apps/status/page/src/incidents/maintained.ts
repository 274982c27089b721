import { ShardState } from '@shardlight/shard-registry'
import type { Incident } from '@shardlight/status-client'
import type { Cluster } from '../fleet/fleet.ts'
import { type Verdict, verdictOf } from '../verdict.ts'
import { verdictWords } from '../verdict-words.ts'
import type { Tongue } from '../words/tongue.ts'
import { wordsIn } from '../words/words.ts'

/** The clusters in which maintenance is under way. */
export const maintained = (open: readonly Incident[] | undefined): ReadonlySet<string> =>
  new Set(
    (open ?? [])
      .filter(({ kind, status }) => kind === 'maintenance' && status === 'in_progress')
      .map(({ cluster }) => cluster),
  )

/** The verdict of all clusters; where nothing is wrong but in those that are maintained, that is planned. */
export function verdictWith(
  tongue: Tongue,
  fleet: { clusters(): readonly Pick<Cluster, 'name' | 'states'>[]; counts(): readonly number[] },
  planned: ReadonlySet<string>,
): Verdict {
  const clusters = fleet.clusters()
  const verdict = verdictOf(tongue, fleet.counts(), clusters.length)
  if (verdict.tone === 'good' || !clusters.some(({ name }) => planned.has(name))) return verdict
  const others = clusters.filter(({ name }) => !planned.has(name))
  const isElsewhere = others.some(({ states }) => states.some(state => state !== ShardState.Online))
  return isElsewhere ? verdict : { ...verdict, tone: 'busy', text: wordsIn(tongue, verdictWords).maintenance }
}
