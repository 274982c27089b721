import { randomUUID } from 'node:crypto'
import { NOOP_PROVIDER, OpenFeature } from '@openfeature/server-sdk'
import { type Clock, followFile, type Log, type Metrics } from '@shardlight/service'
import { shardOfGuild } from '@shardlight/shard-registry'
import { Gauge } from 'prom-client'
import { createFlagdProvider } from './flagd-provider.ts'
import type { Flags, Where } from './flags.ts'
import { describeFlags, readFlags } from './read-flags.ts'

export type FileFlagsOptions = {
  file: string
  /** Where the last good text is kept, for a process that starts while the file is broken. */
  kept?: string | undefined
  /** A flag is named like its feature. */
  features: readonly string[]
  cluster: string
  totalShards: number
  clock: Clock
  log: Log
  metrics: Metrics
}

/** Features are on unless the file says otherwise, and what cannot be evaluated is on, and is told once. */
export async function openFileFlags({
  file,
  kept,
  features,
  cluster,
  totalShards,
  clock,
  log,
  metrics,
}: FileFlagsOptions): Promise<Flags & { look(): Promise<void> }> {
  await using opened = new AsyncDisposableStack()
  let goodSinceMs = clock.nowMs()
  const toldFailures = new Set<string>()
  const followed = opened.use(
    await followFile({
      file,
      kept,
      read: text => readFlags(text, features),
      onGood(flags, { isKept }) {
        goodSinceMs = clock.nowMs()
        toldFailures.clear()
        log.info(
          isKept
            ? `flags as they were kept from ${file}: ${describeFlags(flags)}`
            : `flags: ${describeFlags(flags)}`,
        )
        for (const doubt of flags.doubts) log.warn(`FLAGS_FILE ${file}: ${doubt}`)
      },
      onProblem(problem, before) {
        const then = before ? 'the flags stay as they were' : 'all features are on'
        log.error(`FLAGS_FILE ${file} cannot be used, ${then}: ${problem}`)
      },
      log,
    }),
  )
  const none = readFlags('{"flags":{}}', features).core
  // Clients and providers are global in the SDK: a domain of its own keeps these two to themselves.
  const domain = `shardlight ${randomUUID()}`
  await OpenFeature.setProviderAndWait(
    domain,
    createFlagdProvider(() => followed.content()?.core ?? none),
  )
  opened.defer(() => OpenFeature.setProviderAndWait(domain, NOOP_PROVIDER))
  const client = OpenFeature.getClient(domain)

  new Gauge({
    name: 'shardlight_flags_file_ok',
    help: '1 while the file of flags can be used as it is, 0 while the last good one holds',
    registers: [metrics],
    // The manager tells one number for its processes: that of the worst.
    aggregator: 'min',
    collect() {
      this.set(followed.problem() === undefined ? 1 : 0)
    },
  })
  new Gauge({
    name: 'shardlight_flags_file_age_seconds',
    help: 'Seconds since the flags that hold came into force in this process',
    registers: [metrics],
    aggregator: 'max',
    collect() {
      this.set((clock.nowMs() - goodSinceMs) / 1_000)
    },
  })

  const contextOf = (feature: string, { guildId, userId }: Where) => ({
    targetingKey: String(guildId ?? userId),
    feature,
    cluster,
    userId: String(userId),
    isDirect: guildId === null,
    shard: guildId === null ? 0 : shardOfGuild(guildId, totalShards),
    ...(guildId !== null && { guildId: String(guildId) }),
  })

  const stack = opened.move()
  return {
    async isOn(feature, where) {
      if (!features.includes(feature)) return true
      const { value, reason, errorCode, errorMessage } = await client.getBooleanDetails(
        feature,
        true,
        contextOf(feature, where),
      )
      if (reason === 'ERROR' && errorCode !== 'FLAG_NOT_FOUND') {
        const failure = `the flag ${feature} cannot be evaluated, so the feature is on: ${errorMessage}`
        if (!toldFailures.has(failure)) log.error(failure)
        toldFailures.add(failure)
      }
      return value
    },
    async check() {
      const problem = followed.problem()
      if (problem !== undefined) throw new Error(`${file}: ${problem}`)
    },
    look: followed.look,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
