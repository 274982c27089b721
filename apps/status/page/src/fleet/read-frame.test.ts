import { expect, it } from 'vitest'
import { readFrame } from './read-frame.ts'

const position = { epoch: 'e', seq: 7, atMs: 1, staleSinceMs: null }
const notice = {
  source: 'manager',
  id: 'a',
  level: 'warning',
  text: 'Shard 3 waits',
  sinceMs: 5,
  shards: [3],
}
const totals = { name: 'main', guilds: 3, processes: 1, lastPushMs: null, coming: null }
const coming = { generation: 1, totalShards: 8, counts: { online: 5, starting: 3 } }

it.each([
  { op: 'hello', ...position, resumed: true },
  { op: 'snapshot', ...position, clusters: [{ ...totals, states: '3106', notices: [notice] }] },
  { op: 'changes', ...position, clusters: [{ name: 'main', states: [0, 3, 1, 1] }] },
  { op: 'changes', ...position, clusters: [{ name: 'main', states: [], notices: [notice] }] },
  { op: 'beat', ...position, clusters: [totals] },
  { op: 'beat', ...position, staleSinceMs: 5, clusters: [{ ...totals, coming }] },
])('reads a frame $op', frame => {
  expect(readFrame(JSON.stringify(frame))).toEqual(frame)
})

it.each([
  'no json',
  'null',
  '[]',
  JSON.stringify({ op: 'news', ...position, clusters: [] }),
  JSON.stringify({ op: 'hello', ...position, seq: -1, resumed: true }),
  JSON.stringify({ op: 'snapshot', ...position, clusters: [{ ...totals, states: '37', notices: [] }] }),
  JSON.stringify({ op: 'snapshot', ...position, clusters: [{ ...totals, states: '33' }] }),
  JSON.stringify({
    op: 'changes',
    ...position,
    clusters: [{ name: 'main', states: [], notices: [{ ...notice, level: 'fatal' }] }],
  }),
  JSON.stringify({ op: 'beat', ...position, clusters: [{ ...totals, coming: { ...coming, counts: 5 } }] }),
  JSON.stringify({ op: 'beat', ...position, staleSinceMs: 'long ago', clusters: [totals] }),
  JSON.stringify({ op: 'snapshot', ...position, clusters: [{ states: '33' }] }),
  JSON.stringify({ op: 'changes', ...position, clusters: [{ name: 'main', states: ['3'] }] }),
])('leaves out %s', text => {
  expect(readFrame(text)).toBeUndefined()
})

it('leaves out what is no text', () => {
  expect(readFrame(new ArrayBuffer(2))).toBeUndefined()
})
