import { shardOfGuild, shardStateNames } from '@shardlight/shard-registry'
import type { ComingOfShard } from '@shardlight/status-client'
import { stateWords } from '../words/states.ts'
import { useTongue, useWords } from '../words/use-words.ts'
import { comingWords } from './coming-words.ts'

function useStateName() {
  const names = useWords(stateWords)
  return (state: number) => names[shardStateNames[state] ?? 'Unknown'].name
}

/** Where one server will be when the cluster has been resharded. */
export function ComingOfServer({ coming, guildId }: { coming: ComingOfShard; guildId: bigint }) {
  const { count } = useTongue()
  const words = useWords(comingWords)
  const shard = shardOfGuild(guildId, coming.totalShards)
  return <p class="coming-place">{words.server(String(shard), count(coming.totalShards))}</p>
}

/** Where the servers of one shard will be. */
export function ComingOfServers({ coming: { totalShards, targets, shards } }: { coming: ComingOfShard }) {
  const { count, list } = useTongue()
  const words = useWords(comingWords)
  const nameOf = useStateName()
  const isTold = shards.length === targets
  return (
    <p class="coming-place">
      {isTold
        ? words.servers(
            list(shards.map(({ id, state }) => words.target(String(id), nameOf(state)))),
            count(totalShards),
          )
        : words.spread(targets, count(totalShards))}
    </p>
  )
}
