import type { Incident, IncidentUpdate } from '@shardlight/status-client'
import { expect, it } from 'vitest'
import { createTongue } from '../words/tongue.ts'
import { createIncidentText } from './incident-text.ts'

const OUTAGE: Incident = {
  id: 1,
  cluster: 'main',
  kind: 'outage',
  status: 'investigating',
  impact: 'major',
  title: 'Process 3 is down: shards 48–63',
  processId: '3',
  shards: [[48, 63]],
  remaining: [[48, 63]],
  startedAtMs: 0,
  downAtMs: 0,
  resolvedAtMs: null,
  startsAtMs: null,
  endsAtMs: null,
  revision: 1,
  updates: [],
}
const text = (language: 'en' | 'de') => createIncidentText(createTongue(language, language, 'UTC'))

it('says in the language of the visitor what the system has written', () => {
  expect(text('en').title(OUTAGE)).toBe(OUTAGE.title)
  expect(text('de').title(OUTAGE)).toBe('Prozess 3 ist ausgefallen: Shards 48–63')
  expect(text('de').title({ ...OUTAGE, resolvedAtMs: 1, shards: [[7, 7]] })).toBe(
    'Prozess 3 war ausgefallen: Shard 7',
  )
  const update = { id: 1, atMs: 0, by: 'system', status: 'resolved', text: 'Back after 3 min.' } as const
  expect(text('de').update({ ...update, facts: { what: 'back', afterMs: 180_000 } })).toBe(
    'Wieder da nach 3 Min.',
  )
  const facts = { what: 'down-too', processId: null, shards: [[6, 63]] } satisfies IncidentUpdate['facts']
  expect(text('de').update({ ...update, facts })).toBe(
    'Jetzt auch ausgefallen: keine Antwort von Shards 6–63.',
  )
})

it('calls no process down of which only some shards are', () => {
  const partly: Incident = { ...OUTAGE, impact: 'minor', shards: [[50, 50]] }
  expect(text('en').title(partly)).toBe('Shard 50 does not answer')
  const shards: Incident['shards'] = Array.from({ length: 9 }, (_, at) => [at * 2, at * 2])
  expect(text('de').title({ ...partly, shards, resolvedAtMs: 1 })).toBe(
    'Shards 0, 2, 4, 6, 8, 10, 12, 14 … antworteten nicht',
  )
  const facts = { what: 'down', processId: '3', shards } satisfies IncidentUpdate['facts']
  const update = { id: 1, atMs: 0, by: 'system', status: 'investigating', text: '', facts } as const
  expect(text('en').update(update)).toBe('No answer from shards 0, 2, 4, 6, 8, 10, 12, 14 …')
})

it('leaves as it is what people wrote', () => {
  const note: Incident = { ...OUTAGE, kind: 'note', title: 'Slow answers' }
  expect(text('de').title(note)).toBe('Slow answers')
  expect(
    text('de').update({ id: 1, atMs: 0, by: 'operator', status: 'resolved', text: 'Done', facts: null }),
  ).toBe('Done')
})

it('says when it was, and when it is to be', () => {
  const [noon, one] = [Date.UTC(2026, 10, 21, 12), Date.UTC(2026, 10, 21, 13)]
  expect(text('en').when({ ...OUTAGE, startedAtMs: noon }, one)).toBe('since 12:00 UTC')
  expect(text('en').when({ ...OUTAGE, startedAtMs: noon, resolvedAtMs: one }, one)).toBe(
    '12:00 UTC · lasted 1 hr',
  )
  const planned: Incident = { ...OUTAGE, kind: 'maintenance', startsAtMs: noon, endsAtMs: one }
  expect(text('en').when(planned, one)).toBe('12:00 UTC to 13:00 UTC')
})
