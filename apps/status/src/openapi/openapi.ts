import { errorAnswerSchema } from '@shardlight/status-client'
import { glanceDescription } from '../glance/description.ts'
import { historyDescription } from '../history/description.ts'
import { incidentsDescription } from '../incidents/description.ts'
import { v2Description } from '../v2/description.ts'
import { webhookDescription } from '../webhooks/description.ts'
import { described } from './operations.ts'
import { pageDescription } from './page-description.ts'
import { serviceDescription } from './service-description.ts'
import { withDoors } from './with-doors.ts'

const descriptions = [
  v2Description,
  historyDescription,
  incidentsDescription,
  glanceDescription,
  serviceDescription,
  pageDescription,
]

/** Each folder of routes describes its own. */
export const openapi = {
  openapi: '3.1.0',
  info: {
    title: 'Shardlight status API',
    version: '2.0.0',
    description:
      'States: 0 Unknown, 1 Unhealthy, 2 Offline, 3 Online, 4 Starting, 5 Stopping, 6 Resuming. ' +
      'Changes are streamed over WebSocket at /api/v2/feed (hello, snapshot, changes, beat) and, as Glance did, at /api/feed.',
  },
  paths: withDoors(Object.assign({}, ...descriptions.map(({ paths }) => paths))),
  webhooks: webhookDescription.webhooks,
  components: {
    schemas: Object.assign(
      { Error: described(errorAnswerSchema), ...webhookDescription.schemas },
      ...descriptions.map(({ schemas }) => schemas),
    ),
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', description: 'the token of the cluster, from STATUS_TOKENS' },
      operator: {
        type: 'http',
        scheme: 'bearer',
        description: "an operator's token of the cluster, from STATUS_OPERATOR_TOKENS",
      },
      glance: {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description: 'GLANCE_PASSPHRASE, as it is',
      },
    },
  },
}
