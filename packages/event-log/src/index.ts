export type { Handle } from './consumer.ts'
export { readConsumerLag } from './consumer-lag.ts'
export { Challenge, Restore, UserActive, Vote } from './core-events.ts'
export { type EventLog, KEEP_EVENTS_DAYS, openEventLog } from './event-log.ts'
export {
  defineEventType,
  type EventType,
  type LoggedEvent,
  type NewEvent,
  newEvent,
  snowflake,
} from './event-type.ts'
export type { Restraint } from './restraint.ts'
export type { Subscription } from './subscription.ts'
