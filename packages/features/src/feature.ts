import type { Database } from '@shardlight/database'
import type { Clock, Log, Metrics } from '@shardlight/service'
import type { APIApplicationCommandBasicOption } from 'discord.js'
import type { Discord } from './discord.ts'
import type { ErrorStore } from './errors/error-store.ts'

/** Where something is said: a guild's channel, or a direct message (`guildId` null). */
export type Chat = { guildId: bigint | null; channelId: bigint }

export type CommandInput = Record<string, string | number | boolean>

/** One command as somebody gave it, however they did. */
export type Call = {
  /** The message or interaction: the same request delivered twice has the same id. */
  requestId: bigint
  chat: Chat
  userId: bigint
  how: 'text' | 'slash' | 'component'
  /** What was written, for the record; cut to 200 characters. */
  written: string
  input: CommandInput
}

export type Button = { label: string; customId: string; danger?: boolean }

/** What the caller is told; after slash commands and buttons nobody else sees it. */
export type Answer = { content: string; buttons?: Button[] }

export type Command = {
  /** As a slash command: `countdown start`. */
  name: string
  description: string
  options?: APIApplicationCommandBasicOption[]
  /** The same in words, after a mention or in a direct message. */
  text: {
    /** As shown in the help: `count to 5`. */
    usage: string
    read(words: string): CommandInput | undefined
  }
  /** Presses of buttons whose custom id is this. */
  customId?: string
  /**
   * @returns what to tell the caller; for text, undefined says nothing.
   * @throws {UserError} with what the caller should know.
   */
  run(call: Call): Promise<Answer | undefined>
}

/** The command cannot be done as given; the message is for the person, and says what to do. */
export class UserError extends Error {}

export type FeatureContext = {
  database: Database
  discord: Discord
  errors: ErrorStore
  /** The shards of this process, and how many the whole bot has. */
  shards: { ids: number[]; total: number }
  processId: number
  clock: Clock
  log: Log
  metrics: Metrics
}

export type RunningFeature = AsyncDisposable & {
  commands: Command[]
  /** Told when a command of this feature was refused. */
  onRefused?: (error: UserError) => void
}

export type Feature = {
  name: string
  /** In the command picker. */
  description: string
  /** The folder of its `.sql` migrations. */
  migrations: string
  start(context: FeatureContext): Promise<RunningFeature>
}
