/**
 * What crosses between the sandbox and whoever drives it: the chat in the browser, tests, benchmarks.
 * All ids are snowflakes as strings; all times are milliseconds since 1970.
 */

export type ErrorAnswer = { error: string }

export type UserView = { id: string; username: string }

/** `type` is Discord's: 0 text, 1 DM, 2 voice. */
export type ChannelView = { id: string; name: string; type: number }

export type VoiceStateView = { userId: string; channelId: string }

export type GuildView = {
  id: string
  name: string
  channels: ChannelView[]
  memberIds: string[]
  voiceStates: VoiceStateView[]
}

export type DmView = { id: string; userId: string }

/** `GET /sandbox/world`, where `?userId=ID` leaves only what that user sees. */
export type WorldView = {
  application: { id: string; botUserId: string; username: string }
  users: UserView[]
  guilds: GuildView[]
  dms: DmView[]
}

export type AttachmentView = {
  id: string
  filename: string
  /** Begins with `/attachments/`, on this server. */
  url: string
  contentType: string
  description?: string
}

/** `emoji` is the character, or `name:id` of a custom one. */
export type ReactionView = { emoji: string; count: number; userIds: string[] }

/** `components` and `embeds` are Discord's JSON as the bot sent it. */
export type MessageView = {
  id: string
  channelId: string
  authorId: string
  authorName: string
  bot: boolean
  content: string
  nonce?: string
  sentAtMs: number
  editedAtMs?: number
  components: unknown[]
  embeds: unknown[]
  attachments: AttachmentView[]
  reactions: ReactionView[]
  /** Ids of the users that were pinged. */
  mentions: string[]
  ephemeral?: boolean
  interaction?: { userId: string; commandName: string }
  replyToId?: string
}

/** `POST /sandbox/messages`: users write, in this order; one that cannot be written refuses all. Answers `{ids}`. */
export type WriteMessages = { messages: { channelId: string; authorId: string; content: string }[] }

/** Discord's option types: 1 subcommand, 2 group, 3 string, 4 integer, 5 boolean, 6 user, 7 channel, 8 role, 10 number. */
export type CommandOptionView = {
  name: string
  description: string
  type: number
  required?: boolean
  autocomplete?: boolean
  choices?: { name: string; value: string | number }[]
  min_value?: number
  max_value?: number
  min_length?: number
  max_length?: number
  options?: CommandOptionView[]
}

/** One of `GET /sandbox/commands?channelId=ID`: without the parameter, all that are registered. */
export type CommandView = {
  id: string
  name: string
  description: string
  guildId?: string
  options: CommandOptionView[]
}

export type OptionValue = string | number | boolean

/** `POST /sandbox/interactions`: `command` is the name, then the subcommand: `countdown start`. */
export type RunCommand = {
  userId: string
  channelId: string
  command: string
  options?: Record<string, OptionValue>
}

/** `POST /sandbox/autocomplete`: `focused` names the option that is being typed. */
export type RunAutocomplete = RunCommand & { focused: string }

/** `POST /sandbox/components`. */
export type UseComponent = { userId: string; messageId: string; customId: string; values?: string[] }

/** `POST /sandbox/modals`: `interactionId` is the one that opened the modal; `fields` by custom id. */
export type SubmitModal = { userId: string; interactionId: string; fields: Record<string, string> }

/** `POST /sandbox/reactions`; `remove: true` takes it back. */
export type React = { userId: string; messageId: string; emoji: string; remove?: boolean }

/** Discord's modal as the bot sent it. */
export type ModalView = { custom_id: string; title: string; components: unknown[] }

export type ChoiceView = { name: string; value: string | number }

export type InteractionStatus = 'pending' | 'deferred' | 'answered' | 'failed'

/** `GET /sandbox/interactions/:id`. */
export type InteractionView = {
  id: string
  status: InteractionStatus
  /** null until the bot acknowledges. */
  acknowledgedAfterMs: number | null
  ephemeral: boolean
  messages: MessageView[]
  modal?: ModalView
  choices?: ChoiceView[]
}

export type ShardView = { shardId: number; shardCount: number }

/**
 * The frames of the WebSocket `GET /sandbox/chat/events?userId=ID`: only what that user may see.
 * Once connected, `bot` and `commands` come at once.
 */
export type ChatEvent =
  | { type: 'message'; channelId: string; message: MessageView }
  | { type: 'message-update'; channelId: string; message: MessageView }
  | { type: 'message-delete'; channelId: string; messageId: string }
  | { type: 'typing'; channelId: string; username: string }
  | {
      type: 'interaction'
      interactionId: string
      channelId: string
      status: InteractionStatus
      ephemeral: boolean
      messages: MessageView[]
    }
  | { type: 'modal'; interactionId: string; modal: ModalView }
  | { type: 'autocomplete'; interactionId: string; choices: ChoiceView[] }
  | { type: 'guild'; guild: GuildView }
  | { type: 'guild-delete'; id: string }
  | { type: 'channel-delete'; id: string }
  | { type: 'voice'; guildId: string; channelId: string | null; userId: string }
  | { type: 'commands'; commands: CommandView[] }
  | { type: 'bot'; online: boolean; shards: ShardView[] }

/**
 * `GET /sandbox/settings`, and `POST` of those that change. Beside them a `POST` takes `identifyBudgetResetMs`: the
 * day's budget of IDENTIFYs is whole again after that time. A change of `identifyBudget` makes it whole at once.
 */
export type SettingsView = {
  maxConcurrency: number
  identifyBudget: number
  recommendedShards: number
  latencyMs: number
  identifyWindowMs: number
  heartbeatIntervalMs: number
  privilegedIntents: string[]
}

/** `GET /sandbox/ledger`: what the bot did since the sandbox started. */
export type LedgerView = {
  /** Every IDENTIFY that arrived with the right token; `tooEarly` of them were answered with op 9. */
  identifies: { total: number; byShard: Record<string, number>; tooEarly: number }
  resumes: number
  /** The sessions that are connected now. */
  sessions: { shardId: number; shardCount: number; sessionId: string; sinceMs: number }[]
  /**
   * How long shards had more than one connected session at once, added up. A shard is its id of its count: while a
   * bot reshards, [0, 4] and [0, 8] are two shards.
   */
  doubleSessionMs: number
  /** Events that were due to the bot, each counted once however many sessions it went to. */
  dispatched: number
  /** Of those, the ones that went to several connected sessions at once, of one shard count or of two. */
  doubled: number
  /** Of those, the ones that reached no session: none was there, or its shard was identified anew instead of resumed. */
  missed: number
  /** Of those, the ones that are kept for a session that is disconnected and may still be resumed. */
  waiting: number
  rest: {
    total: number
    maxPerSecond: number
    byStatus: Record<string, number>
    /** Answers that count towards Discord's ban: 401, 403, and 429 that are not shared. */
    invalid: number
    /** Requests for routes that the sandbox does not have. */
    unknown: number
    /** Messages sent again with a nonce that is enforced: answered with the first one instead of posted. */
    repeatedNonces: number
    /** Interactions answered again: refused with 40060. */
    repeatedAnswers: number
  }
  commands: { writes: number; global: string[]; byGuild: Record<string, string[]> }
}

/** `GET /sandbox/wikipedia`: events that were streamed ever, and connections now, ever, and at most at once. */
export type WikipediaView = { events: number; connections: number; connects: number; mostAtOnce: number }

/** `POST /sandbox/wikipedia`: events to stream now, completed where something is absent, or how many come by themselves. */
export type WikipediaInput = { events: Record<string, unknown>[] } | { ratePerSecond: number }

/** `GET /sandbox/wikipedia/events?after=OFFSET&limit=N`: each event as it was streamed. */
export type StreamedEventView = { offset: number; event: Record<string, unknown> }
