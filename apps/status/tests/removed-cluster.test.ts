import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@shardlight/testing'
import { expect, it } from 'vitest'
import { createTestApp, TOKEN } from './test-app.ts'
import { openViewer } from './viewer.ts'

const MAIN = `main:${TOKEN}`
const OTHER_TOKEN = 'the-token-of-other-0123456789'
const OTHER = `other:${OTHER_TOKEN}`
const SNAPSHOT = '/api/v2/snapshot'
const WITHIN = { withinMs: 60_000 }

const isOf = (...names: string[]) => {
  const wanted = names.join()
  return ({ op, clusters }: { op: string; clusters: { name: string }[] }) =>
    op === 'snapshot' && clusters.map(({ name }) => name).join() === wanted
}

async function createAppOfFile() {
  const directory = await mkdtemp(join(tmpdir(), 'clusters-'))
  const file = join(directory, 'tokens')
  await writeFile(file, `${MAIN}\n${OTHER}`)
  const test = await createTestApp({
    ...{ STATUS_TOKENS: '', STATUS_TOKENS_FILE: file, GLANCE_BOTS: '', GLANCE_PASSPHRASE: '' },
  })
  await test.push({ shards: [{ id: 0, state: 3 }] })
  await test.push({ shards: [{ id: 0, state: 3 }] }, { cluster: 'other', token: OTHER_TOKEN })
  return {
    ...test,
    write: (...lines: string[]) => writeFile(file, lines.join('\n')),
    async [Symbol.asyncDispose]() {
      await test[Symbol.asyncDispose]()
      await rm(directory, { recursive: true })
    },
  }
}

it('a cluster whose tokens go is gone for viewers of both feeds and for caches, and comes back with them', async () => {
  await using test = await createAppOfFile()
  using viewer = await openViewer(test.app, '/api/v2/feed')
  using glance = await openViewer(test.app, '/api/feed')
  await viewer.until('both', isOf('main', 'other'))
  await glance.until('hello', ({ op }) => op === 'hello')
  const { etag } = (await test.app.inject(SNAPSHOT)).headers

  await test.write(MAIN)
  await eventually('a snapshot without it', () => viewer.frames.some(isOf('main')), WITHIN)
  expect(await glance.closed).toBe(1012)
  const answer = await test.app.inject({ url: SNAPSHOT, headers: { 'if-none-match': etag } })
  expect(answer.statusCode).toBe(200)
  expect(isOf('main')(answer.json())).toBe(true)

  const before = viewer.frames.length
  await test.write(OTHER, MAIN)
  await eventually(
    'a snapshot with it',
    () => viewer.frames.slice(before).some(isOf('main', 'other')),
    WITHIN,
  )
}, 120_000)

it('other tokens of the same clusters are nothing to viewers', async () => {
  await using test = await createAppOfFile()
  using viewer = await openViewer(test.app, '/api/v2/feed')
  await viewer.until('both', isOf('main', 'other'))
  const next = 'another-token-of-main-0123456789'
  await test.write(`main:${next}`, OTHER)
  await eventually(
    'the new one is good',
    async () => (await test.push({ shards: [{ id: 0, state: 4 }] }, { token: next })).statusCode === 204,
    WITHIN,
  )
  await viewer.until('what it pushed', ({ op }) => op === 'changes')
  expect(viewer.frames.filter(({ op }) => op === 'snapshot')).toHaveLength(1)
}, 120_000)
