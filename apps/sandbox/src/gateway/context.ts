import type { Clock, Log } from '@shardlight/service'
import type { Credentials } from '../credentials.ts'
import type { Faults } from '../faults.ts'
import type { Ledger } from '../ledger.ts'
import type { Rules } from '../rules.ts'
import type { Settings } from '../settings.ts'
import type { World } from '../world/world.ts'
import type { IdentifyLimit } from './identify-limit.ts'
import type { Sessions } from './sessions.ts'

/** What the gateway works with. */
export type GatewayContext = {
  world: World
  sessions: Sessions
  limit: IdentifyLimit
  credentials: Credentials
  settings: Settings
  rules: Rules
  ledger: Ledger
  faults: Faults
  clock: Clock
  log: Log
  /** The gateway's address for whoever reached the sandbox by that name. */
  gatewayUrl(host: string): string
}
