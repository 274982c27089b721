import type { Incident, IncidentsAnswer, IncidentUpdate, ShardRanges } from '@shardlight/status-client'

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isNumber = (value: unknown): value is number => typeof value === 'number'
const isNumberOrNull = (value: unknown): value is number | null => value === null || isNumber(value)
const areTexts = (...values: unknown[]) => values.every(value => typeof value === 'string')

const areRanges = (value: unknown): value is ShardRanges =>
  Array.isArray(value) &&
  value.every(range => Array.isArray(range) && range.length === 2 && range.every(isNumber))

const isUpdate = (value: unknown): value is IncidentUpdate =>
  isObject(value) &&
  isNumber(value['id']) &&
  isNumber(value['atMs']) &&
  areTexts(value['status'], value['text']) &&
  (value['facts'] === null || isObject(value['facts']))

const isIncident = (value: unknown): value is Incident =>
  isObject(value) &&
  isNumber(value['id']) &&
  areTexts(value['cluster'], value['kind'], value['status'], value['impact'], value['title']) &&
  areRanges(value['shards']) &&
  areRanges(value['remaining']) &&
  isNumber(value['startedAtMs']) &&
  ['downAtMs', 'resolvedAtMs', 'startsAtMs', 'endsAtMs'].every(at => isNumberOrNull(value[at])) &&
  Array.isArray(value['updates']) &&
  value['updates'].every(isUpdate)

/** An answer of `/api/v2/incidents`. */
export const isIncidents = (value: unknown): value is IncidentsAnswer =>
  isObject(value) &&
  isNumber(value['revision']) &&
  isNumberOrNull(value['nextBefore']) &&
  [value['open'], value['past']].every(list => Array.isArray(list) && list.every(isIncident))
