import type { Metrics } from '@shardlight/service'
import { Gauge } from 'prom-client'
import type { HistoryRecorder } from './recorder.ts'

export function exposeHistory(recorder: HistoryRecorder, metrics: Metrics): void {
  const gauge = (name: string, help: string, read: () => number | undefined) =>
    new Gauge({
      name: `shardlight_status_history_${name}`,
      help,
      registers: [metrics],
      collect() {
        const value = read()
        if (value === undefined) this.remove()
        else this.set(value)
      },
    })
  gauge('written_ago_seconds', 'Since uptime was last written; not there until then', () => {
    const ms = recorder.writtenAgoMs()
    return ms === undefined ? undefined : ms / 1000
  })
  gauge('waiting', 'Stretches of uptime that wait for PostgreSQL', () => recorder.waiting)
  gauge('failed_writes', 'Writes of uptime that failed, since the start', () => recorder.failures)
  gauge('given_up', 'Stretches of uptime that waited too long and are lost', () => recorder.givenUp)
}
