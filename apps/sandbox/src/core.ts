import type { Clock, Log } from '@shardlight/service'
import type { Announcer } from './announce/announcer.ts'
import type { NonceMemory } from './conversation/nonce-memory.ts'
import type { Credentials } from './credentials.ts'
import type { Faults } from './faults.ts'
import type { Feed } from './feed/feed.ts'
import type { IdentifyLimit } from './gateway/identify-limit.ts'
import type { Sessions } from './gateway/sessions.ts'
import type { Interactions } from './interactions/interactions.ts'
import type { Ledger } from './ledger.ts'
import type { Wikipedia } from './recent-changes/wikipedia.ts'
import type { OldEdits } from './rest/old-edits.ts'
import type { Rules } from './rules.ts'
import type { Settings } from './settings.ts'
import type { AttachmentStore } from './world/attachment-store.ts'
import type { CommandStore } from './world/command-store.ts'
import type { MessageStore } from './world/message-store.ts'
import type { World } from './world/world.ts'

/** All that REST and the control API work with. */
export type Core = {
  world: World
  messages: MessageStore
  attachments: AttachmentStore
  commands: CommandStore
  nonces: NonceMemory
  oldEdits: OldEdits
  interactions: Interactions
  announce: Announcer
  feed: Feed
  sessions: Sessions
  limit: IdentifyLimit
  credentials: Credentials
  settings: Settings
  faults: Faults
  ledger: Ledger
  wikipedia: Wikipedia
  rules: Rules
  clock: Clock
  /** Whether others than this machine may use the chat and the control API. */
  isOpen: boolean
  log: Log
  /** `http://host:port`, known once the port is bound. */
  baseUrl(): string
  /** The gateway's address for whoever reached the sandbox by that name (`Host`). */
  gatewayUrl(host: string): string
}
