import { type Notice, noticeLevels } from '@shardlight/shard-registry'
import type {
  ClusterChanges,
  ClusterSnapshot,
  ClusterTotals,
  ComingLayout,
  FeedFrame,
} from '@shardlight/status-client'

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0

const isComing = (value: unknown): value is ComingLayout =>
  isObject(value) &&
  isCount(value['generation']) &&
  isCount(value['totalShards']) &&
  isObject(value['counts']) &&
  Object.values(value['counts']).every(isCount)

const isTotals = (value: unknown): value is ClusterTotals =>
  isObject(value) &&
  typeof value['name'] === 'string' &&
  (value['guilds'] === null || isCount(value['guilds'])) &&
  isCount(value['processes']) &&
  (value['coming'] === null || isComing(value['coming']))

const isNotice = (value: unknown): value is Notice =>
  isObject(value) &&
  noticeLevels.some(level => level === value['level']) &&
  [value['source'], value['id'], value['text']].every(text => typeof text === 'string') &&
  typeof value['sinceMs'] === 'number' &&
  (value['shards'] === undefined || (Array.isArray(value['shards']) && value['shards'].every(isCount)))

const areNotices = (value: unknown): value is Notice[] => Array.isArray(value) && value.every(isNotice)

const isSnapshot = (value: unknown): value is ClusterSnapshot =>
  isTotals(value) &&
  'states' in value &&
  typeof value.states === 'string' &&
  /^[0-6]*$/.test(value.states) &&
  'notices' in value &&
  areNotices(value.notices)

const isChanges = (value: unknown): value is ClusterChanges =>
  isObject(value) &&
  typeof value['name'] === 'string' &&
  Array.isArray(value['states']) &&
  value['states'].every(isCount) &&
  (value['notices'] === undefined || areNotices(value['notices']))

function isFrame(value: unknown): value is FeedFrame {
  if (!isObject(value)) return false
  const { op, epoch, seq, atMs, clusters } = value
  if (typeof epoch !== 'string' || !isCount(seq) || typeof atMs !== 'number') return false
  if (op === 'hello') return typeof value['resumed'] === 'boolean'
  if (!Array.isArray(clusters)) return false
  if (op === 'changes') return clusters.every(isChanges)
  const staleSinceMs = value['staleSinceMs']
  if (staleSinceMs !== null && typeof staleSinceMs !== 'number') return false
  if (value['incidents'] !== undefined && !isCount(value['incidents'])) return false
  return op === 'snapshot' ? clusters.every(isSnapshot) : op === 'beat' && clusters.every(isTotals)
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
