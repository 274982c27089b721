import { incidentSchema, incidentsAnswerSchema } from '@shardlight/status-client'
import { badgeDescription } from '../badge/description.ts'
import {
  type ApiDescription,
  cluster,
  described,
  inPath,
  inQuery,
  json,
  read,
  refused,
} from '../openapi/operations.ts'
import { statuspageDescription } from '../statuspage/description.ts'
import { newIncidentSchema, newMaintenanceSchema, newUpdateSchema } from './operator-requests.ts'
import { syndicationDescription } from './syndication/description.ts'

const id = inPath('id', 'incident id', 'integer')
const page = [
  inQuery('limit', 'how many that are past, 1 to 100; 25 if it is left out', 'integer'),
  inQuery('before', '`nextBefore` of the page before', 'integer'),
]
const key = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'the same key again is the same request, and changes nothing',
  schema: { type: 'string' },
}

const readWhileKept = (summary: string, answer: string, ...parameters: unknown[]) => {
  const { get } = read(summary, answer, ...parameters)
  const responses = {
    ...get.responses,
    304: { description: 'the same as the ETag in If-None-Match' },
    503: json('PostgreSQL is away', 'Error'),
  }
  return { get: { ...get, responses } }
}

const written = (summary: string, body: string, ...parameters: unknown[]) => ({
  post: {
    summary,
    security: [{ operator: [] }],
    parameters: [cluster, ...parameters, key],
    requestBody: { required: true, ...json('what is told', body) },
    responses: {
      200: json('it was taken before', 'Incident'),
      201: json('the incident as it is now', 'Incident'),
      400: refused,
      401: json("missing or wrong operator's token", 'Error'),
      404: json('there is no such thing', 'Error'),
      409: json('the incident does not allow it, or there are too many', 'Error'),
      422: json('the key was that of another request', 'Error'),
      503: json('PostgreSQL is away; write again', 'Error'),
    },
  },
})

export const incidentsDescription: ApiDescription = {
  schemas: {
    Incident: described(incidentSchema),
    Incidents: described(incidentsAnswerSchema),
    NewIncident: described(newIncidentSchema),
    NewIncidentUpdate: described(newUpdateSchema),
    NewMaintenance: described(newMaintenanceSchema),
  },
  paths: {
    '/api/v2/incidents': readWhileKept(
      'What is open, and what is past: outages, incidents that operators wrote, maintenance',
      'Incidents',
      ...page,
    ),
    '/api/v2/incidents/{id}': readWhileKept('One incident', 'Incident', id),
    '/api/v2/clusters/{cluster}/incidents': {
      ...readWhileKept('The same of one cluster', 'Incidents', cluster, ...page),
      ...written('An operator opens an incident', 'NewIncident'),
    },
    '/api/v2/clusters/{cluster}/incidents/{id}/updates': written(
      'An operator tells how it goes, and ends it: resolved; of maintenance completed or cancelled',
      'NewIncidentUpdate',
      id,
    ),
    '/api/v2/clusters/{cluster}/maintenance': written(
      'An operator plans maintenance; it begins and ends by itself, and nothing is called an outage meanwhile',
      'NewMaintenance',
    ),
    ...syndicationDescription.paths,
    ...statuspageDescription.paths,
    ...badgeDescription.paths,
  },
}
