import { describe, expect, it } from 'vitest'
import { readCommand, UsageError } from './read-command.ts'

const NOW_MS = Date.parse('2026-12-01T00:00Z')
const read = (...args: string[]) => readCommand(args, NOW_MS)

describe('the command for operators', () => {
  it('opens, updates and resolves incidents', () => {
    expect(read('incident', 'open', 'Slow', 'We look.', '--impact', 'major', '--shards', '0-2,7')).toEqual({
      kind: 'write',
      cluster: undefined,
      path: 'incidents',
      body: { title: 'Slow', text: 'We look.', impact: 'major', shards: [0, 1, 2, 7] },
    })
    expect(read('incident', 'update', '7', 'Found it.', '--cluster', 'other')).toEqual({
      kind: 'write',
      cluster: 'other',
      path: 'incidents/7/updates',
      body: { status: 'identified', text: 'Found it.' },
    })
    expect(read('incident', 'resolve', '7')).toMatchObject({
      body: { status: 'resolved', text: 'Resolved.' },
    })
  })

  it('makes a token for a cluster, or for all of them', () => {
    expect(read('token', 'main')).toEqual({ kind: 'token', cluster: 'main' })
    expect(read('token', '*')).toEqual({ kind: 'token', cluster: '*' })
    expect(() => read('token')).toThrow('is no name of a cluster')
    expect(() => read('token', 'a b')).toThrow('"a b" is no name of a cluster')
    expect(() => read('token', 'main', 'more')).toThrow('"more" is too much')
  })

  it.each([
    [['--for', '30m'], 0, 30],
    [['--from', '2h', '--for', '1h30m'], 120, 90],
    [['--from', '2026-12-01T06:00Z', '--for', '1d'], 360, 1_440],
    [['--from', '2026-12-01T06:00+02:00', '--for', '5m'], 240, 5],
  ])('plans maintenance: %j', (options, startsInMinutes, lastsMinutes) => {
    const startsAtMs = NOW_MS + startsInMinutes * 60_000
    expect(read('maintenance', 'plan', 'Disks', 'New ones.', ...options)).toMatchObject({
      path: 'maintenance',
      body: { title: 'Disks', text: 'New ones.', startsAtMs, endsAtMs: startsAtMs + lastsMinutes * 60_000 },
    })
  })

  it.each([
    [[], 'which command?'],
    [['dance'], 'there is no command "dance"'],
    [['incident', 'open', 'Slow'], 'expected a title and a text'],
    [['incident', 'open', 'Slow', 'We', 'look'], '"look" is too much'],
    [['incident', 'open', 'a', 'b', '--impact', 'huge'], '--impact huge'],
    [['incident', 'open', 'a', 'b', '--shards', '3-1'], '--shards "3-1"'],
    [['incident', 'resolve', 'x'], '"x" is no id'],
    [['incident', 'update', '3'], 'expected a text'],
    [['maintenance', 'plan', 'a', 'b'], '--for'],
    [
      ['maintenance', 'plan', 'a', 'b', '--for', '5m', '--from', '2026-12-01 06:00'],
      '--from 2026-12-01 06:00',
    ],
  ])('says what is wrong with %j, and how to use it', (args, complaint) => {
    expect(() => read(...args)).toThrow(complaint)
    expect(() => read(...args)).toThrow(UsageError)
  })
})
