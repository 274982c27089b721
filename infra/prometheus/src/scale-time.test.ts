import { expect, it } from 'vitest'
import { scaleTime } from './scale-time.ts'

it('makes windows, intervals and waits shorter, and leaves thresholds as they are', () => {
  const rules = `groups:
  - name: a
    interval: 15s
    rules:
      - alert: Late
        expr: sum_over_time(lateness_seconds[1h]) / 240 > 15 and rate(late_total[1d12h]) > 0.1
        for: 1m30s
        annotations:
          summary: Late for 5m
`
  expect(scaleTime(rules, 60)).toBe(
    rules
      .replace('interval: 15s', 'interval: 250ms')
      .replace('[1h]', '[60000ms]')
      .replace('[1d12h]', '[2160000ms]')
      .replace('for: 1m30s', 'for: 1500ms'),
  )
})
