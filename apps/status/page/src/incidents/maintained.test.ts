import { expect, it } from 'vitest'
import { createTongue } from '../words/tongue.ts'
import { verdictWith } from './maintained.ts'

const [UNHEALTHY, ONLINE] = [1, 3]

function verdict(planned: string[], clusters: Record<string, number[]>) {
  const counts = [0, 0, 0, 0, 0, 0, 0]
  for (const state of Object.values(clusters).flat()) counts[state] = (counts[state] ?? 0) + 1
  const fleet = {
    counts: () => counts,
    clusters: () =>
      Object.entries(clusters).map(([name, states]) => ({ name, states: Uint8Array.from(states) })),
  }
  const { tone, text } = verdictWith(createTongue('en'), fleet, new Set(planned))
  return [tone, text]
}

it('calls what is down in maintenance planned, and not what is down elsewhere', () => {
  const clusters = { main: [UNHEALTHY, ONLINE], second: [ONLINE] }
  expect(verdict([], clusters)).toEqual(['bad', '1 shard down'])
  expect(verdict(['main'], clusters)).toEqual(['busy', 'Planned maintenance'])
  expect(verdict(['second'], clusters)).toEqual(['bad', '1 shard down'])
  expect(verdict(['main'], { ...clusters, second: [UNHEALTHY] })).toEqual(['bad', '2 shards down'])
})

it('says that all is well also in maintenance', () => {
  expect(verdict(['main'], { main: [ONLINE, ONLINE] })).toEqual(['good', 'All shards online'])
})
