import type { Incident, IncidentsAnswer } from '@shardlight/status-client'
import { expect, it } from 'vitest'
import { createIncidents } from './incidents.ts'
import { isIncidents } from './read-incidents.ts'

const incidentOf = (id: number): Incident => ({
  id,
  cluster: 'main',
  kind: 'note',
  status: 'resolved',
  impact: 'minor',
  title: `incident ${id}`,
  processId: null,
  shards: [[0, 3]],
  remaining: [],
  startedAtMs: 1,
  downAtMs: null,
  resolvedAtMs: 2,
  startsAtMs: null,
  endsAtMs: null,
  revision: id,
  updates: [{ id, atMs: 1, by: 'operator', status: 'resolved', text: 'over', facts: null }],
})

const answerOf = (revision: number, ids: number[], nextBefore: number | null = null): IncidentsAnswer => ({
  revision,
  atMs: 1,
  open: [],
  past: ids.map(incidentOf),
  nextBefore,
})

/** Answers from a list, in order; undefined fails. */
function answering(...answers: (IncidentsAnswer | undefined)[]) {
  const asked: string[] = []
  const incidents = createIncidents(async address => {
    asked.push(address)
    const answer = answers.shift()
    if (!answer) throw new Error('away')
    return answer
  })
  const settled = () => new Promise<void>(resolve => setTimeout(resolve))
  return { asked, incidents, settled }
}

it('reads anew for another revision than it has, and for no other', async () => {
  const { asked, incidents, settled } = answering(answerOf(7, [1]), answerOf(8, [2, 1]))
  for (const revision of [undefined, 7, 7, 8, 8]) {
    incidents.look(revision)
    await settled()
  }
  expect(asked).toHaveLength(2)
  expect(incidents.seen().past.map(({ id }) => id)).toEqual([2, 1])
})

it('keeps what it has, and says so, when it cannot be read anew', async () => {
  const { asked, incidents, settled } = answering(answerOf(7, [1]), undefined, answerOf(8, [2]))
  incidents.look()
  await settled()
  for (const revision of [8, 8, 9]) {
    incidents.look(revision)
    await settled()
    expect(incidents.seen()).toMatchObject({ isAway: true, past: [{ id: 1 }] })
  }
  expect(asked).toHaveLength(2)
  incidents.look()
  await settled()
  expect(incidents.seen()).toMatchObject({ isAway: false, past: [{ id: 2 }] })
})

it('adds older ones behind, page by page', async () => {
  const { asked, incidents, settled } = answering(answerOf(7, [4, 3], 3), answerOf(7, [2, 1]))
  incidents.look()
  await settled()
  expect(incidents.seen().hasOlder).toBe(true)
  await incidents.readOlder()
  expect(asked[1]).toMatch(/before=3$/)
  expect(incidents.seen()).toMatchObject({
    hasOlder: false,
    past: [{ id: 4 }, { id: 3 }, { id: 2 }, { id: 1 }],
  })
})

it.each([undefined, {}, { ...answerOf(1, []), past: [{ id: 1 }] }, { ...answerOf(1, [1]), revision: 'x' }])(
  'takes nothing for an answer that is none: %j',
  value => {
    expect(isIncidents(value)).toBe(false)
  },
)

it('knows an answer when it sees one', () => {
  expect(isIncidents(JSON.parse(JSON.stringify(answerOf(1, [1, 2]))))).toBe(true)
})
