import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { MEASURED, SOURCE } from './inputs.ts'
import { planFor, type Wish } from './plan.ts'
import { planNamed, valuesOf, WISHES } from './plans.ts'
import { tableOf } from './tables.ts'

const folder = join(import.meta.dirname, '..', '..')
const root = join(folder, '..', '..')
const textOf = (...path: string[]) => readFileSync(join(...path), 'utf8')
const names = Object.keys(WISHES)

const sixteen: Wish = {
  shards: 16,
  managers: 1,
  shardsPerProcess: 4,
  maxConcurrency: 1,
  statusReplicas: 2,
  viewersPerReplica: 1_000,
}

it('writes the table that stands in SIZING.md', () => {
  expect(textOf(folder, 'SIZING.md')).toContain(tableOf(names.map(planNamed)))
})

it('counts with the measurements of which SIZING.md tells where they are from', () => {
  const [, sources = ''] = textOf(folder, 'SIZING.md').split('## Where the numbers are from')
  const told = new Set(sources.match(/\d[\d,.]*\d|\d/g))
  const number = new Intl.NumberFormat('en', { maximumFractionDigits: 3 })
  const untold = Object.entries(MEASURED).filter(([, value]) => !told.has(number.format(value)))
  expect(untold).toEqual([])
})

it('writes the files of plans/, and the resources that the chart begins with', () => {
  expect(readdirSync(join(folder, 'plans')).sort()).toEqual(names.map(name => `${name}.yaml`).sort())
  for (const name of names)
    expect(parse(textOf(folder, 'plans', `${name}.yaml`)), name).toEqual(valuesOf(planNamed(name)))
  const { manager, status, ingester } = valuesOf(planNamed('16-shards'))
  expect(parse(textOf(folder, 'shardlight', 'values.yaml'))).toMatchObject({
    manager: { resources: manager.resources, heapMiB: manager.heapMiB },
    status: { resources: status.resources, limits: status.limits, heapMiB: status.heapMiB },
    ingester,
    consumers: ingester,
  })
})

it('counts with the numbers that stand in the source', () => {
  const source = (file: string) => textOf(root, file)
  expect(source('packages/database/src/database.ts')).toContain(
    `maxConnections = ${SOURCE.connections.process},`,
  )
  for (const [file, connections] of [
    ['apps/bot/src/manager.ts', SOURCE.connections.manager],
    ['apps/status/src/records.ts', SOURCE.connections.status],
    ['apps/ingester/src/main.ts', SOURCE.connections.ingester],
  ] as const)
    expect(source(file), file).toContain(`maxConnections: ${connections},`)
  expect(source('apps/bot/src/shard-process.ts')).not.toContain('maxConnections')
  expect(source('apps/status/src/viewer.ts')).toContain(`MOST_QUEUED_BYTES = ${SOURCE.viewerKiB} * 1024`)
  expect(source('packages/cluster/src/requests/slots.ts')).toContain(`slots: ${SOURCE.requestsPerSecond},`)
  expect(source('packages/status-client/src/start-pushing.ts')).toContain(
    `INTERVAL_MS = ${SOURCE.pushEverySeconds}_000`,
  )
  const { ingester, manager } = parse(textOf(folder, 'shardlight', 'values.yaml'))
  expect([ingester.replicas, ingester.keptDays]).toEqual([SOURCE.ingesters, SOURCE.changesKeptDays])
  expect(manager.storage.size).toBe(`${SOURCE.sessionsGiBPerManager}Gi`)
  expect(source('packages/features/README.md')).toMatch(
    /Shardlight \| 91 MiB .* 120 MiB \| 192 MiB \| \*\*14\.4 MiB/,
  )
})

it('knows the least time in which shards can log in', () => {
  const seconds = (shards: number, maxConcurrency: number) =>
    Math.floor(planFor({ ...sixteen, shards, maxConcurrency }).coldStartSeconds)
  expect([seconds(1, 1), seconds(16, 1), seconds(16, 16), seconds(17, 16)]).toEqual([1, 76, 1, 6])
})

it('keeps the rules of Discord on logins a day', () => {
  const perDay = (shards: number) => planFor({ ...sixteen, shards }).identifiesPerDay
  expect([perDay(1), perDay(150), perDay(256), perDay(1_000)]).toEqual([1_000, 1_000, 2_000, 5_000])
})

it('leaves memory for the successor of a process that is replaced, also where there is but one', () => {
  for (const name of names) {
    const { memory, processMiB, processesPerManager } = planNamed(name)
    expect(memory.manager.limit, name).toBeGreaterThan(186 + (processesPerManager + 1) * processMiB)
  }
})

it('gives heaps that hold what a process holds, and together fit into the memory of the pod', () => {
  for (const name of names) {
    const { memory, heapMiB, processMiB, processesPerManager } = planNamed(name)
    expect(heapMiB.manager, name).toBeGreaterThan(processMiB)
    // With the manager itself, and the successor of one.
    expect(heapMiB.manager * (processesPerManager + 2), name).toBeLessThanOrEqual(memory.manager.limit * 0.75)
    expect(heapMiB.status, name).toBeLessThanOrEqual(memory.status.limit * 0.75)
    expect(heapMiB.ingester, name).toBeLessThanOrEqual(memory.ingester.limit * 0.75)
    expect(Math.min(heapMiB.status, heapMiB.ingester), name).toBeGreaterThan(MEASURED.statusMiB)
  }
})

it('leaves memory for as many viewers that stop reading as may look', () => {
  for (const name of names) {
    const { memory, viewersPerReplica } = planNamed(name)
    expect(memory.status.limit, name).toBeGreaterThan(173 + (viewersPerReplica * 256) / 1_024)
  }
})
