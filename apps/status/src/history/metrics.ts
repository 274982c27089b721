import type { Metrics } from '@shardlight/service'
import { Counter, Gauge } from 'prom-client'
import type { HistoryRecorder } from './recorder.ts'

export function exposeHistory(recorder: HistoryRecorder, metrics: Metrics): void {
  const registers = [metrics]
  const name = (what: string) => `shardlight_status_history_${what}`
  new Gauge({
    name: name('written_ago_seconds'),
    help: 'Since uptime was last written; not there until then',
    registers,
    collect() {
      const ms = recorder.writtenAgoMs()
      if (ms === undefined) this.remove()
      else this.set(ms / 1000)
    },
  })
  new Gauge({
    name: name('waiting_stretches'),
    help: 'Stretches of uptime that wait for PostgreSQL',
    registers,
    collect() {
      this.set(recorder.waiting)
    },
  })
  const total = (what: string, help: string, read: () => number) =>
    new Counter({
      name: name(what),
      help,
      registers,
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  total('failed_writes_total', 'Writes of uptime that failed', () => recorder.failures)
  total('given_up_total', 'Stretches of uptime that waited too long and are lost', () => recorder.givenUp)
}
