import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { type SnapshotAnswer, snapshotAnswerSchema } from '@shardlight/status-client'
import { eventually } from '@shardlight/testing'
import { expect, it } from 'vitest'
import { createTestApp } from './test-app.ts'
import { openViewer } from './viewer.ts'

const PATH = '/api/v2/snapshot'

const push = (...shards: [id: number, state: number][]) => ({
  totalShards: 4,
  process: { id: 'p0' },
  shards: shards.map(([id, state]) => ({ id, state, guilds: 2 })),
})

const statesOf = ({ clusters }: Pick<SnapshotAnswer, 'clusters'>) =>
  clusters.find(({ name }) => name === 'main')?.states

it('gives all clusters at one position, in whichever way the reader can unpack, for a cache to keep a moment', async () => {
  await using test = await createTestApp()
  await test.push(push([0, 3], [1, 4]))
  const ask = (accept?: string) =>
    test.app.inject({ url: PATH, headers: accept === undefined ? {} : { 'accept-encoding': accept } })
  const plain = await ask()
  const snapshot = snapshotAnswerSchema.parse(plain.json())
  expect(statesOf(snapshot)).toBe('3400')
  expect(plain.headers).toMatchObject({
    vary: 'accept-encoding',
    etag: expect.stringContaining(snapshot.epoch),
  })
  expect(plain.headers['cache-control']).toContain('public, max-age=1,')

  for (const [accept, encoding, unpack] of [
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0.5, gzip', 'gzip', gunzipSync],
    ['deflate', undefined, (body: Buffer) => body],
    ['br;q=0, identity', undefined, (body: Buffer) => body],
  ] as const) {
    const packed = await ask(accept)
    expect(packed.headers['content-encoding'], accept).toBe(encoding)
    expect(unpack(packed.rawPayload).toString(), accept).toBe(plain.body)
    expect(packed.headers.etag).toBe(plain.headers.etag)
  }
})

it('answers 304 for as long as no state has changed', async () => {
  await using test = await createTestApp()
  await test.push(push([0, 3]))
  const ask = (known?: string) =>
    test.app.inject({ url: PATH, headers: known === undefined ? {} : { 'if-none-match': known } })
  // The first pushes of a cluster begin a new epoch.
  const tag = await eventually('a tag that is still good', async () => {
    const { etag } = (await ask()).headers
    return (await ask(etag)).statusCode === 304 && etag
  })
  expect((await ask(`"another", ${tag}`)).statusCode).toBe(304)
  expect((await ask('*')).body).toBe('')
  expect((await ask('"another"')).statusCode).toBe(200)
  await test.push(push([0, 4]))
  const next = await eventually('the change is in', async () => {
    const answer = await ask(tag)
    return answer.statusCode === 200 && answer
  })
  expect(statesOf(next.json())).toBe('4000')
})

it('is new to whoever asks by its tag when a cluster begins to go to another layout', async () => {
  await using test = await createTestApp()
  await test.push(push([0, 3]))
  const ask = (known?: string) =>
    test.app.inject({ url: PATH, headers: known === undefined ? {} : { 'if-none-match': known } })
  const tag = await eventually('a tag that is still good', async () => {
    const { etag } = (await ask()).headers
    return (await ask(etag)).statusCode === 304 && etag
  })
  await test.push({ totalShards: 8, generation: 1, isComing: true, shards: [{ id: 0, state: 4 }] })
  const next = await eventually('it is in', async () => {
    const answer = await ask(tag)
    return answer.statusCode === 200 && snapshotAnswerSchema.parse(answer.json())
  })
  expect(next.clusters.find(({ name }) => name === 'main')?.coming).toMatchObject({ totalShards: 8 })
})

it('leads to the feed without a gap', async () => {
  await using test = await createTestApp()
  await test.push(push([0, 3], [1, 3]))
  using witness = await openViewer(test.app, '/api/v2/feed')
  await witness.until('a snapshot', ({ op }) => op === 'snapshot')
  const snapshot = snapshotAnswerSchema.parse((await test.app.inject(PATH)).json())
  await test.push(push([1, 6]))
  await test.push(push([2, 4]))
  await witness.until('both', frame => JSON.stringify(frame.clusters).includes('2,4'))

  using viewer = await openViewer(test.app, `/api/v2/feed?epoch=${snapshot.epoch}&seq=${snapshot.seq}`)
  const states = [...(statesOf(snapshot) ?? '')].map(Number)
  await eventually('all that was missed', () => {
    for (const { op, clusters } of viewer.frames)
      if (op === 'changes')
        for (const { states: pairs } of clusters)
          if (Array.isArray(pairs))
            for (let at = 0; at < pairs.length; at += 2) states[pairs[at]] = pairs[at + 1]
    return states.join('') === '3640'
  })
  expect(viewer.frames[0]).toMatchObject({ op: 'hello', resumed: true })
  expect(viewer.frames.map(({ op }) => op)).not.toContain('snapshot')
  const seqs = viewer.frames.filter(({ op }) => op === 'changes').map(({ seq }) => seq)
  expect(seqs).toEqual(seqs.map((_, at) => snapshot.seq + 1 + at))
})

it('has newer totals while no state changes', async () => {
  await using test = await createTestApp()
  await test.push(push([0, 3], [1, 3]))
  const guilds = async () => {
    const { clusters } = snapshotAnswerSchema.parse((await test.app.inject(PATH)).json())
    return clusters.find(({ name }) => name === 'main')?.guilds
  }
  expect(await guilds()).toBe(4)
  await test.push({ totalShards: 4, shards: [{ id: 0, state: 3, guilds: 9 }] })
  await eventually('the totals are read anew', async () => (await guilds()) === 11)
})

it('is below 5 kB for 20,000 shards of which some hundred are not online', async () => {
  await using test = await createTestApp()
  const total = 20_000
  const shards = Array.from({ length: total }, (_, id) => ({ id, state: 3 }))
  // Numerical Recipes' generator: places and states without a pattern that would compress.
  let random = 1
  const below = (end: number) => {
    random = (random * 1_664_525 + 1_013_904_223) % 2 ** 32
    return Math.floor((random / 2 ** 32) * end)
  }
  for (let other = 0; other < 500; other += 1) {
    const id = below(total)
    shards[id] = { id, state: below(7) }
  }
  await test.push({ totalShards: total, shards })
  for (const encoding of ['br', 'gzip']) {
    const { rawPayload } = await test.app.inject({ url: PATH, headers: { 'accept-encoding': encoding } })
    expect(rawPayload.length).toBeLessThan(5_000)
  }
})
