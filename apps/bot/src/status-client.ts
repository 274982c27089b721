import { type Log, reasonOf } from '@shardlight/service'
import { createStatusClient, type StatusClient } from '@shardlight/status-client'

export type StatusConfig = {
  CLUSTER_NAME: string
  STATUS_URL?: string | undefined
  STATUS_TOKEN?: string | undefined
}

/** A client of the status API, or undefined where none is configured: the bot runs without one. */
export function openStatusClient(config: StatusConfig, log: Log): StatusClient | undefined {
  if (!config.STATUS_URL) return undefined
  return createStatusClient({
    url: config.STATUS_URL,
    token: config.STATUS_TOKEN ?? '',
    cluster: config.CLUSTER_NAME,
    timeoutMs: 1_000,
    onOutage: error =>
      log.warn({ reason: reasonOf(error) }, 'the status API cannot be reached, the bot goes on'),
    onRecovery: () => log.info('the status API is back'),
  })
}
