import type { Cluster } from '@shardlight/cluster'
import type { RequestBudgetView } from '@shardlight/cluster/requests'
import type { PushedNotice } from '@shardlight/shard-registry'

const shardsOf = (shards: number[]): string =>
  `${shards.length === 1 ? 'Shard' : 'Shards'} ${shards.length > 1 ? `${shards[0]} to ${shards.at(-1)}` : shards[0]}`

/** What the public should know of the cluster besides its shards' states, in sentences. */
export function noticesOf(cluster: Cluster, budget: RequestBudgetView): PushedNotice[] {
  const notices: PushedNotice[] = []
  const { reason, waiting } = cluster.identifies()
  if (reason)
    notices.push({
      id: 'identifies',
      level: 'warning',
      text: reason,
      shards: waiting.map(({ shardId }) => shardId),
    })
  for (const { id, state, shards, lastEnd } of cluster.processes()) {
    if (state === 'degraded')
      notices.push({
        id: `process-${id}`,
        level: 'problem',
        text: `${shardsOf(shards)} cannot be started: their process ${id} ended again and again (${lastEnd ?? 'for no known reason'}). It is tried every few minutes.`,
        shards,
      })
  }
  const operation = cluster.operation()
  if (operation?.state === 'running' && operation.kind === 'reshard')
    notices.push({
      id: 'operation',
      level: 'info',
      text: `The bot is being laid out anew: ${operation.step}.`,
    })
  if (budget.breakerOpenForMs !== null)
    notices.push({
      id: 'requests',
      level: 'problem',
      text: 'Discord refused too many of the bot’s requests. It answers slash commands only, for some minutes.',
    })
  if (budget.outage !== null)
    notices.push({
      id: 'outage',
      level: 'problem',
      text: 'The bot cannot post messages at the moment, since a part of it cannot be reached.',
    })
  return notices.map(notice => ({ ...notice, text: notice.text.slice(0, 300) }))
}
