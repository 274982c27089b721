export { type Pushing, startPushing } from './start-pushing.ts'
export { createStatusClient, type ProcessPush, type StatusClient } from './status-client.ts'
