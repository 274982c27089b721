import type { Database, Queryable } from '@shardlight/database'
import type { EventLog } from '@shardlight/event-log'
import type { Clock, Log, Metrics } from '@shardlight/service'
import type { APIApplicationCommandBasicOption } from 'discord.js'
import type { Discord, Message } from './discord.ts'
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
  /** Who that is in the guild; absent in a direct message. */
  member?: CallingMember
  how: 'text' | 'slash' | 'component'
  /** What was written, for the record; cut to 200 characters. */
  written: string
  input: CommandInput
}

export type CallingMember = {
  joinedAt: Date | null
  isAdministrator: boolean
  isModerator: boolean
  /** May manage the server or its channels. */
  isManager: boolean
}

/**
 * What the caller is told; after slash commands and buttons nobody else sees it. After words it is a reply that all
 * can read, or a direct message when it is `isPrivate`.
 */
export type Answer = Message & { isPrivate?: true }

export type Command = {
  /** As a slash command: `countdown start`. */
  name: string
  description: string
  options?: APIApplicationCommandBasicOption[]
  /** The same in words, after a mention or in a direct message; absent for what is done by a button alone. */
  text?: {
    /** As shown in the help: `count to 5`. */
    usage: string
    /** Begins with `!`, and is then also heard without a mention, where the bot may read all messages. */
    isBang?: true
    read(words: string): CommandInput | undefined
  }
  /**
   * Presses of buttons whose custom id is this, or begins with this and a colon: what follows is `input.rest`.
   */
  customId?: string
  /** May also be used by somebody who may use nothing else in the guild. */
  isOpenToRestrained?: true
  /** Not a command of ours: somebody just said something to the bot. */
  isConversation?: true
  /** Using it says nothing of the person: it is not recorded that somebody did. */
  isConfidential?: true
  /** Stays while its feature is switched off: what began before can be seen, answered and ended. */
  isOpenWhenOff?: true
  /**
   * @returns what to tell the caller; for text, undefined says nothing.
   * @throws {UserError} with what the caller should know.
   */
  run(call: Call): Promise<Answer | undefined>
}

/** The command cannot be done as given; the message is for the person, and says what to do. */
export class UserError extends Error {}

/** Whether a feature takes new work in a chat, of somebody. */
export type FeatureSwitch = (
  feature: string,
  where: { guildId: bigint | null; userId: bigint },
) => Promise<boolean>

export type FeatureContext = {
  database: Database
  discord: Discord
  eventLog: EventLog
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
  personalData?: PersonalData
}

/** What a feature knows of one person. */
export type PersonalData = {
  /** All of it as JSON, ids as digits; undefined when there is nothing. */
  export(userId: bigint): Promise<unknown>
  /** Erases it, as part of a transaction. @returns what had to stay and why, as sentences for the person. */
  erase(userId: bigint, tx: Queryable): Promise<string[]>
}

export type Feature = {
  name: string
  /** In the command picker. */
  description: string
  /** The folder of its `.sql` migrations. */
  migrations: string
  /** Brings tables up to date that are not its own alone. */
  prepare?(database: Database): Promise<void>
  start(context: FeatureContext): Promise<RunningFeature>
}
