import { expect, it } from 'vitest'
import { composeMessage, isWanted } from './compose-message.ts'
import { AT_MS, exampleIncident, exampleUpdate } from './example-incident.ts'

const all = { cluster: undefined, leastImpact: 'none' as const }
const now = { following: [], nowMs: AT_MS }

it('tells each incident once, with what is new of it', () => {
  const one = exampleIncident({ id: 1 })
  const other = exampleIncident({ id: 2 })
  const ended = exampleIncident({ id: 1, status: 'resolved', resolvedAtMs: AT_MS })
  const message = composeMessage(
    [
      { incident: one, update: exampleUpdate({ id: 11 }) },
      { incident: other, update: exampleUpdate({ id: 12 }) },
      { incident: ended, update: exampleUpdate({ id: 13, status: 'resolved' }) },
    ],
    { id: 'msg_1', upTo: 13, nowMs: AT_MS, pageUrl: 'https://status.example/bot' },
  )
  expect(message).toMatchObject({ id: 'msg_1', upTo: 13, body: { timestamp: '2026-11-21T17:00:00.000Z' } })
  expect(message.body.data.incidents.map(({ id, status, updates }) => [id, status, updates.length])).toEqual([
    [1, 'resolved', 2],
    [2, 'investigating', 1],
  ])
  expect(message.body.data.incidents[0]?.url).toBe('https://status.example/bot#incident-1')
  expect(message.body.data.incidents[0]).not.toHaveProperty('revision')
})

it('leaves out what the target does not want to hear', () => {
  const update = exampleUpdate()
  const minor = exampleIncident({ impact: 'minor' })
  const grave = { ...all, leastImpact: 'major' as const }
  expect(isWanted({ update, incident: minor }, all, now)).toBe(true)
  expect(isWanted({ update, incident: minor }, grave, now)).toBe(false)
  expect(isWanted({ update, incident: exampleIncident({ impact: 'critical' }) }, grave, now)).toBe(true)
  expect(isWanted({ update, incident: minor }, { ...all, cluster: 'second' }, now)).toBe(false)
  expect(isWanted({ update, incident: minor }, { ...all, cluster: 'main' }, now)).toBe(true)
})

it('tells planned maintenance whatever its impact, and the end of what was told although it has become minor', () => {
  const grave = { ...all, leastImpact: 'major' as const }
  const update = exampleUpdate()
  const planned = exampleIncident({ kind: 'maintenance', impact: 'none' })
  expect(isWanted({ update, incident: planned }, grave, now)).toBe(true)
  const faded = exampleIncident({ id: 7, impact: 'minor' })
  expect(isWanted({ update, incident: faded }, grave, { ...now, following: [7] })).toBe(true)
})

it('tells nothing that is older than a day', () => {
  const given = { update: exampleUpdate({ atMs: AT_MS - 25 * 3_600_000 }), incident: exampleIncident() }
  expect(isWanted(given, all, now)).toBe(false)
})
