import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import { createLog } from '@shardlight/service'
import { expect, it } from 'vitest'
import { logOutages } from './log-outages.ts'

it('takes a back end for away that failed last or leaves a batch without an answer, until one arrives', () => {
  const waiting: ((result: ExportResult) => void)[] = []
  let nowMs = 0
  const { exporter, isAway } = logOutages({
    exporter: { export: (_, done) => void waiting.push(done), shutdown: async () => {} },
    url: 'http://collector/v1/traces',
    clock: { nowMs: () => nowMs },
    log: createLog({ name: 'test', level: 'silent' }),
  })
  const send = () => exporter.export([], () => {})
  const answer = (code: ExportResultCode) => waiting.shift()?.({ code })

  expect(isAway()).toBe(false)
  send()
  expect(isAway()).toBe(false)
  nowMs += 300
  expect(isAway()).toBe(true)
  answer(ExportResultCode.SUCCESS)
  expect(isAway()).toBe(false)
  send()
  answer(ExportResultCode.FAILED)
  expect(isAway()).toBe(true)
  send()
  answer(ExportResultCode.SUCCESS)
  expect(isAway()).toBe(false)
})
