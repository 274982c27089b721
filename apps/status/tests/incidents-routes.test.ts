import { describe, expect, it } from 'vitest'
import { createIncidentsApp, HOUR_MS, maintenance, NOTE } from './incidents-app.ts'
import { TOKEN } from './test-app.ts'

describe('an operator', () => {
  it('opens an incident, tells how it goes, and resolves it, for everybody to read at once', async () => {
    await using test = await createIncidentsApp()
    const { id } = await test.open({ ...NOTE, shards: [3, 4, 5, 9] })
    const { open, past } = await test.read()
    expect(past).toEqual([])
    expect(open).toMatchObject([
      {
        id,
        cluster: 'main',
        kind: 'note',
        title: NOTE.title,
        impact: 'major',
        status: 'investigating',
        shards: [
          [3, 5],
          [9, 9],
        ],
        updates: [{ by: 'operator', status: 'investigating', text: NOTE.text, facts: null }],
      },
    ])
    await test.open({ status: 'identified', text: 'A full disk.' }, `main/incidents/${id}/updates`)
    const resolved = await test.open(
      { status: 'resolved', text: 'All is well.' },
      `main/incidents/${id}/updates`,
    )
    expect(resolved).toMatchObject({ status: 'resolved', resolvedAtMs: expect.any(Number) })
    const after = await test.read()
    expect(after.open).toEqual([])
    expect(after.past.map(({ updates }) => updates.map(({ text }) => text))).toEqual([
      [NOTE.text, 'A full disk.', 'All is well.'],
    ])
    expect(after.revision).toBeGreaterThan(0)
    expect((await test.app.inject(`/api/v2/incidents/${id}`)).json()).toEqual(after.past[0])
  })

  it('may add a last word to what is resolved, and nothing else', async () => {
    await using test = await createIncidentsApp()
    const { id } = await test.open({ ...NOTE, status: 'resolved' })
    const path = `main/incidents/${id}/updates`
    await test.open({ status: 'resolved', text: 'It was the disk.' }, path)
    const refused = await test.write(path, { status: 'monitoring', text: 'Again.' })
    expect([refused.statusCode, refused.json().detail]).toEqual([
      409,
      `incident ${id} is resolved; open another`,
    ])
  })

  it('plans maintenance, which is running at once when its time has come, and calls it off', async () => {
    await using test = await createIncidentsApp()
    const later = await test.open(maintenance(HOUR_MS), 'main/maintenance')
    expect(later).toMatchObject({ kind: 'maintenance', status: 'scheduled', resolvedAtMs: null })
    const now = await test.open(maintenance(-1_000), 'main/maintenance')
    expect(now).toMatchObject({ status: 'in_progress', updates: [{ by: 'operator' }, { by: 'system' }] })
    const updates = (id: number) => `main/incidents/${id}/updates`
    const cancelled = await test.open({ status: 'cancelled', text: 'Not today.' }, updates(later.id))
    expect(cancelled).toMatchObject({ status: 'cancelled', resolvedAtMs: expect.any(Number) })
    await test.open({ status: 'completed', text: 'Done early.' }, updates(now.id))
    const { open, past } = await test.read()
    expect([open, past.map(({ status }) => status)]).toEqual([[], ['completed', 'cancelled']])
  })

  it('is called off before it begins, and not completed, and has no end before its start', async () => {
    await using test = await createIncidentsApp()
    const { id } = await test.open(maintenance(HOUR_MS), 'main/maintenance')
    const end = (status: string) =>
      test.write(`main/incidents/${id}/updates`, { status, text: 'It is over.' })
    const refused = await end('completed')
    expect([refused.statusCode, refused.json().error]).toEqual([
      409,
      `maintenance ${id} has not begun: it may be cancelled, or begun with "in_progress"`,
    ])
    const { startedAtMs, resolvedAtMs } = (await end('cancelled')).json()
    expect(startedAtMs).toBe(resolvedAtMs)
  })

  it.each([
    ['no title', 'main/incidents', { text: 'x' }, 'title'],
    ['an empty text', 'main/incidents', { ...NOTE, text: ' \u200b\n ' }, 'text'],
    ['a text without end', 'main/incidents', { ...NOTE, text: 'x'.repeat(2_001) }, 'text'],
    ['an impact that there is not', 'main/incidents', { ...NOTE, impact: 'huge' }, 'impact'],
    ['a shard that cannot be', 'main/incidents', { ...NOTE, shards: [-1] }, 'shards.0'],
    ['an end before the start', 'main/maintenance', maintenance(HOUR_MS, -1), 'endsAtMs'],
    ['maintenance that never ends', 'main/maintenance', maintenance(0, 40 * 24 * HOUR_MS), 'endsAtMs'],
    ['maintenance that is over', 'main/maintenance', maintenance(-2 * HOUR_MS), 'endsAtMs'],
    ['an id that is none', 'main/incidents/x/updates', { status: 'resolved', text: 'x' }, 'id'],
    ['a status that there is not', 'main/incidents/1/updates', { status: 'gone', text: 'x' }, 'status'],
  ])('is told what is wrong: %s', async (_, path, payload, field) => {
    await using test = await createIncidentsApp()
    const answer = await test.write(path, payload)
    expect(answer.statusCode).toBe(400)
    expect(answer.json().detail).toContain(field)
    expect((await test.read()).open).toEqual([])
  })

  it('who has the token of another cluster, or of those who push, is refused', async () => {
    await using test = await createIncidentsApp()
    const { id } = await test.open()
    for (const token of ['another-token-of-operators', TOKEN])
      for (const path of ['main/incidents', 'main/maintenance', `main/incidents/${id}/updates`])
        expect((await test.write(path, NOTE, { token })).statusCode).toBe(401)
    const elsewhere = await test.write(
      `second/incidents/${id}/updates`,
      { status: 'resolved', text: 'x' },
      { token: 'another-token-of-operators' },
    )
    expect([elsewhere.statusCode, elsewhere.json().detail]).toEqual([
      404,
      `cluster "second" has no incident ${id}`,
    ])
  })

  it('cannot give maintenance the status of an incident, nor the other way round', async () => {
    await using test = await createIncidentsApp()
    const note = await test.open()
    const planned = await test.open(maintenance(HOUR_MS), 'main/maintenance')
    const status = async (id: number, of: string) =>
      (await test.write(`main/incidents/${id}/updates`, { status: of, text: 'x' })).statusCode
    expect([await status(note.id, 'completed'), await status(planned.id, 'resolved')]).toEqual([409, 409])
  })

  it('is told when there are too many', async () => {
    await using test = await createIncidentsApp()
    for (let count = 0; count < 50; count += 1) await test.open()
    expect((await test.write('main/incidents', NOTE)).statusCode).toBe(409)
  })
})

describe('a request with an Idempotency-Key', () => {
  it('that comes again changes nothing, and is answered with what there is', async () => {
    await using test = await createIncidentsApp()
    const first = await test.write('main/incidents', NOTE, { key: 'a-1' })
    const again = await test.write('main/incidents', NOTE, { key: 'a-1' })
    expect([first.statusCode, again.statusCode]).toEqual([201, 200])
    expect(again.json()).toEqual(first.json())
    const path = `main/incidents/${first.json().id}/updates`
    const update = { status: 'resolved', text: 'Over.' }
    await test.write(path, update, { key: 'a-2' })
    expect((await test.write(path, update, { key: 'a-2' })).json().updates).toHaveLength(2)
  })

  it('that comes three times at once is written once', async () => {
    await using test = await createIncidentsApp()
    const answers = await Promise.all(
      [1, 2, 3].map(() => test.write('main/incidents', NOTE, { key: 'the-same' })),
    )
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 200, 201])
    expect((await test.read()).open).toHaveLength(1)
  })

  it('that belonged to another request is refused, and so is one that is none', async () => {
    await using test = await createIncidentsApp()
    await test.write('main/incidents', NOTE, { key: 'a-1' })
    expect((await test.write('main/incidents', { ...NOTE, title: 'x' }, { key: 'a-1' })).statusCode).toBe(422)
    expect((await test.write('main/maintenance', maintenance(0), { key: 'a-1' })).statusCode).toBe(422)
    expect((await test.write('main/incidents', NOTE, { key: 'x'.repeat(200) })).statusCode).toBe(400)
  })
})

describe('what is read', () => {
  it('is plain text on which nothing invisible was left, whatever was sent', async () => {
    await using test = await createIncidentsApp()
    const { title, updates } = await test.open({
      title: '<script>alert(1)</script>\u202e\nmoor\u0000',
      text: 'one\r\n\r\n\r\n\r\ntwo \u2066three\u2069\t\u0007four',
    })
    expect([title, updates[0]?.text]).toEqual(['<script>alert(1)</script> moor', 'one\n\ntwo three four'])
  })

  it('comes by pages: the open first, then the past, the newest first', async () => {
    await using test = await createIncidentsApp()
    const ids: number[] = []
    for (let count = 0; count < 5; count += 1) ids.push((await test.open({ ...NOTE, status: 'resolved' })).id)
    const still = await test.open()
    const first = await test.read('?limit=2')
    expect([first.open.map(({ id }) => id), first.past.map(({ id }) => id)]).toEqual([
      [still.id],
      [ids[4], ids[3]],
    ])
    const second = await test.read(`?limit=2&before=${first.nextBefore}`)
    expect([second.open, second.past.map(({ id }) => id)]).toEqual([[], [ids[2], ids[1]]])
    const last = await test.read(`?limit=2&before=${second.nextBefore}`)
    expect([last.past.map(({ id }) => id), last.nextBefore]).toEqual([[ids[0]], null])
    expect((await test.app.inject('/api/v2/incidents?limit=0')).statusCode).toBe(400)
  })

  it('of one cluster is that of no other', async () => {
    await using test = await createIncidentsApp()
    await test.open()
    expect((await test.read('', '/api/v2/clusters/main/incidents')).open).toHaveLength(1)
    expect((await test.read('', '/api/v2/clusters/second/incidents')).open).toEqual([])
    expect((await test.app.inject('/api/v2/clusters/nobody/incidents')).statusCode).toBe(404)
    expect((await test.app.inject('/api/v2/incidents/1')).statusCode).toBe(404)
  })

  it('is 304 for who has it already, until something changes', async () => {
    await using test = await createIncidentsApp()
    await test.open()
    const get = (tag?: string) =>
      test.app.inject({ url: '/api/v2/incidents', headers: tag ? { 'if-none-match': tag } : {} })
    const { etag } = (await get()).headers
    expect((await get(String(etag))).statusCode).toBe(304)
    await test.open()
    expect((await get(String(etag))).statusCode).toBe(200)
  })
})
