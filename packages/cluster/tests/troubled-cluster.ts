import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, type Sandbox, startSandbox } from '@shardlight/testing'
import { expect } from 'vitest'
import type { Cluster } from '../src/index.ts'
import { startExampleCluster } from './running-cluster.ts'

export const MISDEEDS = [
  'always-exit',
  'exit-at-once',
  'hang-at-boot',
  'hang',
  'close-channel',
  'fail-unmute',
  'trap-sigterm',
]

type ClusterOptions = Partial<Parameters<typeof startExampleCluster>[0]>

export type Trouble = AsyncDisposable & {
  sandbox: Sandbox
  /** Where sessions are kept, and what is to be done wrong. */
  folder: string
  /** For a program that starts a cluster. */
  environment: Record<string, string>
  start(options?: ClusterOptions): Promise<Cluster>
  /** The next life of that process does it. */
  misbehave(misdeed: string, processId: number): Promise<void>
  fault(kind: string, more?: object): Promise<void>
  /** One message after the other until it is stopped, in each guild in turn. */
  talk(everyMs: number): () => Promise<string[]>
  /** What was answered, in the order in which it was asked. */
  answers(): Promise<string[]>
  /** The answers to some of the words, once each of these is answered. */
  answersTo(asked: string[]): Promise<string[]>
  /** A message in each guild is answered: every shard works. */
  expectAnswers(): Promise<void>
  /** One session for each shard, none ever had two, and no IDENTIFY came too early. */
  expectSound(totalShards?: number): Promise<void>
}

/** A Discord of a test's own, in which things go wrong. */
export async function prepareTrouble({ guilds = 8 }: { guilds?: number } = {}): Promise<Trouble> {
  await using opened = new AsyncDisposableStack()
  const sandbox = opened.use(await startSandbox({ guilds, environment: { SANDBOX_MAX_CONCURRENCY: '16' } }))
  const folder = await mkdtemp(join(tmpdir(), 'trouble-'))
  opened.defer(() => rm(folder, { recursive: true }))
  const { users, guilds: places } = await sandbox.world()
  const author = users[0]?.id ?? ''
  const channels = places.flatMap(({ channels }) => channels.find(({ type }) => type === 0)?.id ?? [])
  const environment = { MISDEEDS: MISDEEDS.map(name => join(folder, name)).join(',') }
  let lastWord = 0

  async function ask(channel: string): Promise<string> {
    lastWord += 1
    const word = String(lastWord)
    await sandbox.write(channel, author, `ping ${word}`)
    return word
  }

  async function answers(): Promise<string[]> {
    const all = await Promise.all(channels.map(id => sandbox.messages(id)))
    return all
      .flat()
      .flatMap(({ content }) => (content.startsWith('pong ') ? content.slice(5) : []))
      .toSorted((a, b) => Number(a) - Number(b))
  }

  async function answersTo(asked: string[]): Promise<string[]> {
    const among = async () => (await answers()).filter(word => asked.includes(word))
    await eventually('all are answered', async () => new Set(await among()).size === asked.length)
    return await among()
  }

  const stack = opened.move()
  return {
    sandbox,
    folder,
    environment,
    answers,
    answersTo,
    start: options => startExampleCluster({ sandbox, sessions: folder, environment, ...options }),
    misbehave: (misdeed, processId) => writeFile(join(folder, `${misdeed}.${processId}`), ''),
    async fault(kind, more = {}) {
      await sandbox.control('POST', '/sandbox/faults', { kind, ...more })
    },
    talk(everyMs) {
      const asked: string[] = []
      let isOver = false
      const talking = (async () => {
        while (!isOver) {
          asked.push(await ask(channels[asked.length % channels.length] ?? ''))
          await sleep(everyMs)
        }
      })()
      return async () => {
        isOver = true
        await talking
        return asked
      }
    },
    async expectAnswers() {
      const asked = await Promise.all(channels.map(ask))
      await answersTo(asked)
    },
    async expectSound(totalShards = 4) {
      const { sessions, doubleSessionMs, identifies } = await sandbox.ledger()
      expect({
        shards: sessions.map(({ shardId }) => shardId),
        doubleSessionMs,
        tooEarly: identifies.tooEarly,
      }).toEqual({
        shards: Array.from({ length: totalShards }, (_, id) => id),
        doubleSessionMs: 0,
        tooEarly: 0,
      })
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

export const untilReady = (cluster: Cluster) =>
  eventually('every shard process is ready', () => cluster.processes().every(one => one.state === 'ready'), {
    withinMs: 60_000,
  })

/** Also after a trouble that the processes themselves have got over. */
export const untilConnected = (cluster: Cluster) =>
  eventually(
    'every shard is connected',
    () => {
      const shards = cluster.processes().flatMap(one => one.health)
      return shards.length === cluster.totalShards() && shards.every(one => one.isConnected)
    },
    { withinMs: 60_000 },
  )
