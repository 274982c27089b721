export {
  type ChangeFilters,
  type DayCount,
  type Missing,
  type PageEnd,
  readChanges,
  readDays,
  readHours,
  readMissing,
  readRecent,
  readToday,
  type ShownChange,
} from './change-queries.ts'
export {
  type ChangeStore,
  createChangeStore,
  type Difference,
  dayOf,
  migrateRecentChanges,
  type Stored,
} from './change-store.ts'
export { CANARY_DOMAIN, type ReadChange, type RecentChange, readRecentChange } from './recent-change.ts'
export {
  createStreamStore,
  LEASE_MS,
  type Lease,
  LeaseLostError,
  recordRejects,
  type StreamStore,
} from './stream-store.ts'
