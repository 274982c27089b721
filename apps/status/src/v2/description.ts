import { noticesPushSchema, pushSchema } from '@shardlight/shard-registry'
import {
  clusterAnswerSchema,
  clustersAnswerSchema,
  guildAnswerSchema,
  shardAnswerSchema,
  snapshotAnswerSchema,
} from '@shardlight/status-client'
import {
  type ApiDescription,
  cluster,
  described,
  inPath,
  inQuery,
  json,
  pushed,
  read,
  sameAsKnown,
} from '../openapi/operations.ts'

const snapshot = read(
  'All clusters as the feed begins with them; with an ETag, compressed, and good for a second in any cache',
  'Snapshot',
)

const notices = pushed(
  'All that one source has to tell of the cluster; gone 60 s after it was last told, so repeat it',
  'Notices',
)

export const v2Description: ApiDescription = {
  schemas: {
    Push: described(pushSchema),
    Notices: described(noticesPushSchema),
    Clusters: described(clustersAnswerSchema),
    Cluster: described(clusterAnswerSchema),
    Shard: described(shardAnswerSchema),
    Guild: described(guildAnswerSchema),
    Snapshot: described(snapshotAnswerSchema),
  },
  paths: {
    '/api/v2/clusters/{cluster}/shards': {
      post: pushed('One push for a whole shard process: states, which count as health', 'Push'),
    },
    '/api/v2/clusters/{cluster}/notices': {
      put: {
        ...notices,
        responses: {
          ...notices.responses,
          409: json('too many sources tell of the cluster already', 'Error'),
        },
      },
    },
    '/api/v2/snapshot': {
      get: { ...snapshot.get, responses: { ...snapshot.get.responses, ...sameAsKnown } },
    },
    '/api/v2/clusters': read('All clusters, summed up', 'Clusters'),
    '/api/v2/clusters/{cluster}': read(
      'A snapshot of one cluster',
      'Cluster',
      cluster,
      {
        name: 'compact',
        in: 'query',
        description: 'true leaves `shards` out; `states` says the same in one digit a shard',
        schema: { type: 'boolean' },
      },
      inQuery('ids', 'only these in `shards`: at most 200 ids, such as 4,7,9'),
    ),
    '/api/v2/clusters/{cluster}/shards/{id}': read(
      'One shard',
      'Shard',
      cluster,
      inPath('id', 'shard id', 'integer'),
    ),
    '/api/v2/clusters/{cluster}/guilds/{guildId}': read(
      'The shard of a guild',
      'Guild',
      cluster,
      inPath('guildId', 'the exact id; read it as a string, it does not fit into a double'),
    ),
  },
}
