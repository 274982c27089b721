import type { Clock } from '@shardlight/service'
import { beginning, LEASE_MS, type Progress, type WebhookStore } from './webhook-store.ts'

type Row = {
  addressDigest: string
  progress: Progress
  dueAtMs: number
  leasedUntilMs: number
  epoch: number
}

/** Where no database is configured: for one replica, and a restart forgets what was not told. */
export function createMemoryWebhookStore({ clock }: { clock: Pick<Clock, 'nowMs'> }): WebhookStore {
  const rows = new Map<string, Row>()
  return {
    async enrol({ name, addressDigest, cursor }) {
      const row = rows.get(name)
      if (row?.addressDigest === addressDigest) return
      const progress = row ? { ...row.progress, attempts: 0, disabled: null } : beginning(cursor)
      const nowMs = clock.nowMs()
      rows.set(name, {
        leasedUntilMs: nowMs,
        epoch: 0,
        ...row,
        addressDigest,
        progress,
        dueAtMs: nowMs,
      })
    },
    read: async name => rows.get(name)?.progress,
    async claim(name) {
      const row = rows.get(name)
      const nowMs = clock.nowMs()
      if (!row || row.progress.disabled !== null || row.dueAtMs > nowMs || row.leasedUntilMs > nowMs) return
      row.epoch += 1
      row.leasedUntilMs = nowMs + LEASE_MS
      return { name, epoch: row.epoch, progress: row.progress }
    },
    async settle({ name, epoch }, progress, { dueInMs = 0, keepsClaim = false } = {}) {
      const row = rows.get(name)
      if (row?.epoch !== epoch) return false
      row.progress = progress
      row.dueAtMs = clock.nowMs() + dueInMs
      row.leasedUntilMs = clock.nowMs() + (keepsClaim ? LEASE_MS : 0)
      return true
    },
  }
}
