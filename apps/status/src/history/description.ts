import { shardHistoryAnswerSchema, uptimeAnswerSchema } from '@shardlight/status-client'
import {
  type ApiDescription,
  cluster,
  described,
  inPath,
  json,
  read,
  sameAsKnown,
} from '../openapi/operations.ts'

const readWhileKept = (summary: string, answer: string, ...parameters: unknown[]) => {
  const { get } = read(summary, answer, ...parameters)
  const responses = {
    ...get.responses,
    ...sameAsKnown,
    503: json('PostgreSQL is away', 'Error'),
  }
  return { get: { ...get, responses } }
}

export const historyDescription: ApiDescription = {
  schemas: { Uptime: described(uptimeAnswerSchema), ShardHistory: described(shardHistoryAnswerSchema) },
  paths: {
    '/api/v2/clusters/{cluster}/uptime': readWhileKept(
      'Uptime of a cluster in the last 90 days, by day',
      'Uptime',
      cluster,
    ),
    '/api/v2/clusters/{cluster}/shards/{id}/history': readWhileKept(
      'The last 24 hours of one shard, in slots of five minutes',
      'ShardHistory',
      cluster,
      inPath('id', 'shard id', 'integer'),
    ),
  },
}
