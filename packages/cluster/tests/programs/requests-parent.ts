import { reasonOf } from '@shardlight/service'
import { runProgram } from '@shardlight/testing/program'
import type { Sandbox } from '@shardlight/testing/sandbox'
import type { RequestBudget } from '../../src/requests/index.ts'
import { type FromLoad, fromLoad, type ToLoad } from './requests-messages.ts'

const TEXT_CHANNEL = 0
/** Of a process's share of the guilds, those where people ask. */
const GUILDS_WITH_ANSWERS = 10

export type LoadResult = { answersMs: number[]; backgroundMs: number[]; failed: number; seconds: number }

/** Cuts a list into that many shares of about the same size. */
const shares = <T>(all: T[], count: number): T[][] =>
  Array.from({ length: count }, (_, share) => all.filter((_, at) => at % count === share))

/**
 * Several processes offer 50 requests a second each, through one budget or (without one) as discord.js does by
 * itself; each in guilds of its own.
 */
export async function offerLoad({
  sandbox,
  budget,
  processes,
  seconds,
  meanwhile = async () => {},
}: {
  sandbox: Sandbox
  budget?: RequestBudget
  processes: number
  seconds: number
  /** What befalls the processes while they offer. */
  meanwhile?: (pids: number[]) => Promise<void>
}): Promise<LoadResult> {
  await using opened = new AsyncDisposableStack()
  const { guilds } = await sandbox.world()
  const channels = guilds.flatMap(
    guild => guild.channels.find(channel => channel.type === TEXT_CHANNEL)?.id ?? [],
  )
  const running = shares(channels, processes).map(own => {
    const program = opened.use(
      runProgram('packages/cluster/tests/programs/requests-load.ts', {
        DISCORD_API_URL: sandbox.apiUrl,
        DISCORD_TOKEN: sandbox.token,
      }),
    )
    const tell = (message: ToLoad) => void (program.child.connected && program.child.send(message))
    const ready = Promise.withResolvers<void>()
    const done = Promise.withResolvers<Extract<FromLoad, { kind: 'done' }>>()
    // The process ends before it is asked to only where something went wrong.
    void program.exited.then(() => {
      for (const { reject } of [ready, done]) reject(new Error(`a process ended early: ${program.output()}`))
    })
    done.promise.catch(() => {})
    program.child.on('message', raw => {
      const message = fromLoad.parse(raw)
      if (message.kind === 'ready') ready.resolve()
      else if (message.kind === 'done') done.resolve(message)
      else if (message.kind === 'report') budget?.report(message.outcome)
      else {
        const { id } = message.wish
        budget?.take(message.wish).then(
          () => tell({ kind: 'granted', id }),
          error => tell({ kind: 'refused', id, reason: reasonOf(error) }),
        )
      }
    })
    return { pid: program.pid, own, tell, ready: ready.promise, done: done.promise }
  })
  await Promise.all(running.map(one => one.ready))
  const startedMs = performance.now()
  for (const { own, tell } of running)
    tell({
      kind: 'start',
      seconds,
      hasBudget: budget !== undefined,
      channels: own.slice(GUILDS_WITH_ANSWERS),
      answerChannels: own.slice(0, GUILDS_WITH_ANSWERS),
    })
  await meanwhile(running.map(one => one.pid))
  const results = await Promise.all(running.map(one => one.done))
  return {
    answersMs: results.flatMap(one => one.answersMs),
    backgroundMs: results.flatMap(one => one.backgroundMs),
    failed: results.reduce((sum, one) => sum + one.failed, 0),
    seconds: (performance.now() - startedMs) / 1_000,
  }
}
