import { ASSUMED, MEASURED, SOURCE } from './inputs.ts'

/** What somebody decides who plans a bot. */
export type Wish = {
  shards: number
  managers: number
  shardsPerProcess: number
  /** What Discord gives a bot of that size. */
  maxConcurrency: number
  statusReplicas: number
  viewersPerReplica: number
}

export type Plan = ReturnType<typeof planFor>

const sum = (...parts: number[]) => parts.reduce((all, part) => all + part, 0)

/** Up to the next step that people write: 1.25 Gi as 1,280 Mi. */
const upTo = (step: number, value: number) => Math.ceil(value / step) * step

export function planFor(wish: Wish) {
  const { shards, managers, shardsPerProcess, maxConcurrency, statusReplicas, viewersPerReplica } = wish
  const shardsPerManager = Math.ceil(shards / managers)
  const processesPerManager = Math.ceil(shardsPerManager / shardsPerProcess)
  const processes = Math.ceil(shards / managers / shardsPerProcess) * managers
  const guilds = shards * ASSUMED.guildsPerShard

  const thousandsPerProcess = (Math.min(shards, shardsPerProcess) * ASSUMED.guildsPerShard) / 1_000
  const processMiB = MEASURED.processMiB + thousandsPerProcess * MEASURED.perThousandGuildsMiB
  const bootingMiB = MEASURED.processMiB + thousandsPerProcess * MEASURED.perThousandGuildsAtReadyMiB
  const managerRequestMiB = MEASURED.managerMiB + processesPerManager * processMiB
  // All get ready at once where there are no sessions; in a restart a successor boots beside those that serve.
  const managerLimitMiB = Math.max(
    MEASURED.managerMiB + processesPerManager * bootingMiB,
    managerRequestMiB + bootingMiB,
  )
  const statusRequestMiB = MEASURED.statusMiB
  const statusLimitMiB = MEASURED.statusMiB + (viewersPerReplica * SOURCE.viewerKiB) / 1_024

  const cores = {
    manager: sum(processesPerManager * MEASURED.processCores, shardsPerManager * ASSUMED.shardCores),
    status: ASSUMED.statusCores,
    ingester: ASSUMED.ingesterCores,
  }
  const connections = sum(
    // A successor boots beside the process that it replaces, in each manager.
    (processes + managers) * SOURCE.connections.process,
    managers * SOURCE.connections.manager,
    statusReplicas * SOURCE.connections.status,
    SOURCE.ingesters * SOURCE.connections.ingester,
  )
  const identifiesPerDay =
    guilds > SOURCE.manyGuilds ? Math.max(2_000, (guilds / 1_000) * 5) : SOURCE.identifiesPerDay
  const memory = {
    manager: { request: upTo(64, managerRequestMiB), limit: upTo(128, managerLimitMiB * ASSUMED.headroom) },
    status: { request: upTo(64, statusRequestMiB), limit: upTo(128, statusLimitMiB * ASSUMED.headroom) },
    ingester: {
      request: upTo(32, MEASURED.ingesterMiB),
      limit: upTo(128, MEASURED.ingesterMiB * ASSUMED.ingesterHeadroom),
    },
  }
  const heapMiB = (limit: number, processesInPod: number) =>
    Math.floor((limit * ASSUMED.heapShare) / processesInPod / 16) * 16
  const eventsPerDay = guilds * ASSUMED.activePerGuildAndDay
  const databaseGiB = ASSUMED.databaseGiB + (connections * ASSUMED.databaseMiBPerConnection) / 1_024
  const totalCores = sum(
    ASSUMED.databaseCores,
    managers * cores.manager,
    statusReplicas * cores.status,
    SOURCE.ingesters * cores.ingester,
  )
  const podsGiB =
    sum(
      managers * memory.manager.limit,
      statusReplicas * memory.status.limit,
      SOURCE.ingesters * memory.ingester.limit,
    ) / 1_024
  const totalGiB = podsGiB + databaseGiB
  const eventsGBPerDay = (eventsPerDay * MEASURED.eventBytes) / 1e9
  const changesGBPerDay = (MEASURED.changesPerDay * MEASURED.changeBytes) / 1e9
  const historyGBPerDay = (shards * SOURCE.historyBytesPerShardAndDay) / 1e9
  const diskGB = sum(
    eventsGBPerDay * ASSUMED.archivedDays,
    changesGBPerDay * SOURCE.changesKeptDays,
    historyGBPerDay,
    managers * SOURCE.sessionsGiBPerManager,
  )
  return {
    ...wish,
    shardsPerProcess: Math.min(shards, shardsPerProcess),
    guilds,
    processes,
    processesPerManager,
    processMiB,
    memory,
    heapMiB: {
      // The manager, its shard processes, and the successor of one.
      manager: heapMiB(memory.manager.limit, processesPerManager + 2),
      status: heapMiB(memory.status.limit, 1),
      ingester: heapMiB(memory.ingester.limit, 1),
    },
    cores,
    totalCores,
    totalGiB,
    connections,
    connectionsIdle: processes * MEASURED.idleConnectionsOfProcess + managers + statusReplicas,
    databaseGiB,
    identifiesPerDay,
    /** A part of the day's logins that one cold start takes. */
    coldStartShare: shards / identifiesPerDay,
    coldStartSeconds:
      (Math.ceil(shards / maxConcurrency) - 1) * SOURCE.identifyEverySeconds + MEASURED.bootSeconds,
    pushesPerSecond: processes / SOURCE.pushEverySeconds,
    secondsPerRequestOfAShard: shards / SOURCE.requestsPerSecond,
    redisMiB: MEASURED.redisMiB + (shards * MEASURED.redisBytesPerShard) / 1024 ** 2,
    viewers: statusReplicas * viewersPerReplica,
    eventsPerSecond: eventsPerDay / 86_400,
    eventsGBPerDay,
    changesGBPerDay,
    historyGBPerDay,
    diskGB,
    dollars: sum(
      totalCores * ASSUMED.dollarsPerCore,
      totalGiB * ASSUMED.dollarsPerGiB,
      diskGB * ASSUMED.dollarsPerGB,
    ),
  }
}
