import type { Metrics } from '@shardlight/service'
import { Counter, Gauge } from 'prom-client'
import type { Decision } from './after-attempt.ts'

const RESULTS: Decision['result'][] = ['sent', 'failed', 'given-up', 'disabled']

export type WebhookMetrics = {
  attempted(target: string, result: Decision['result']): void
  seen(target: string, state: { isWaiting: boolean; isDisabled: boolean }): void
}

export function createWebhookMetrics(metrics: Metrics): WebhookMetrics {
  const registers = [metrics]
  const labelNames = ['target']
  const attempts = new Counter({
    name: 'shardlight_status_webhook_attempts_total',
    help: 'Messages to webhooks that this process has sent, by what came of it: sent, failed, given-up or disabled',
    labelNames: ['target', 'result'],
    registers,
  })
  const waiting = new Gauge({
    name: 'shardlight_status_webhook_waiting',
    help: '1 while the target of a webhook has yet to be told something',
    labelNames,
    registers,
  })
  const disabled = new Gauge({
    name: 'shardlight_status_webhook_disabled',
    help: '1 while nothing is sent to the target, since it said that it is gone',
    labelNames,
    registers,
  })
  return {
    attempted: (target, result) => attempts.inc({ target, result }),
    seen(target, { isWaiting, isDisabled }) {
      for (const result of RESULTS) attempts.inc({ target, result }, 0)
      waiting.set({ target }, Number(isWaiting))
      disabled.set({ target }, Number(isDisabled))
    },
  }
}
