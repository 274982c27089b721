export {
  type ClusterAnswer,
  type ClusterChanges,
  type ClusterSnapshot,
  type ClusterSummary,
  type ClusterTotals,
  clusterAnswerSchema,
  clustersAnswerSchema,
  type ErrorAnswer,
  errorAnswerSchema,
  type FeedFrame,
  type GuildAnswer,
  guildAnswerSchema,
  type ShardAnswer,
  type Stamp,
  shardAnswerSchema,
} from './api.ts'
export {
  type ComingLayout,
  type ComingOfGuild,
  type ComingOfShard,
  MOST_TARGETS,
} from './coming-api.ts'
export {
  type ShardHistoryAnswer,
  type ShardSlotState,
  shardHistoryAnswerSchema,
  shardSlotStateSchema,
  type UptimeAnswer,
  type UptimeDay,
  type UptimeTotal,
  uptimeAnswerSchema,
  uptimeDaySchema,
  uptimeTotalSchema,
} from './history-api.ts'
export {
  type Incident,
  type IncidentFacts,
  type IncidentImpact,
  type IncidentKind,
  type IncidentStatus,
  type IncidentsAnswer,
  type IncidentUpdate,
  incidentFactsSchema,
  incidentImpactSchema,
  incidentImpacts,
  incidentKindSchema,
  incidentSchema,
  incidentStatusSchema,
  incidentsAnswerSchema,
  incidentUpdateSchema,
  type ShardRanges,
} from './incident-api.ts'
export { type Health, healthSchema, livenessSchema, readinessSchema } from './probe-api.ts'
export { type SnapshotAnswer, snapshotAnswerSchema } from './snapshot-api.ts'
export { type Noticing, startNotices } from './start-notices.ts'
export { type Pushing, startPushing } from './start-pushing.ts'
export { createStatusClient, type ProcessPush, type StatusClient } from './status-client.ts'
export { verifyWebhook, WebhookVerificationError } from './verify-webhook.ts'
export { type WebhookBody, type WebhookIncident, webhookBodySchema } from './webhook-api.ts'
export { readWebhookSecret, type SignedContent, signWebhook } from './webhook-signature.ts'
