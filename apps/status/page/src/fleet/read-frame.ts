import type { ClusterSnapshot, ClusterTotals, FeedFrame } from '@shardlight/status-client'

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0

const isTotals = (value: unknown): value is ClusterTotals =>
  isObject(value) &&
  typeof value['name'] === 'string' &&
  isCount(value['guilds']) &&
  isCount(value['processes'])

const isSnapshot = (value: unknown): value is ClusterSnapshot =>
  isTotals(value) && 'states' in value && typeof value.states === 'string' && /^[0-6]*$/.test(value.states)

const isChanges = (value: unknown): value is { name: string; states: number[] } =>
  isObject(value) &&
  typeof value['name'] === 'string' &&
  Array.isArray(value['states']) &&
  value['states'].every(isCount)

function isFrame(value: unknown): value is FeedFrame {
  if (!isObject(value)) return false
  const { op, epoch, seq, atMs, clusters } = value
  if (typeof epoch !== 'string' || !isCount(seq) || typeof atMs !== 'number') return false
  if (op === 'hello') return typeof value['resumed'] === 'boolean'
  if (!Array.isArray(clusters)) return false
  if (op === 'snapshot') return clusters.every(isSnapshot)
  if (op === 'changes') return clusters.every(isChanges)
  return op === 'beat' && clusters.every(isTotals)
}

/** A frame of `WS /api/v2/feed`; undefined when it is none that this page knows. */
export function readFrame(text: unknown): FeedFrame | undefined {
  if (typeof text !== 'string') return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isFrame(value) ? value : undefined
  } catch {
    return undefined
  }
}
