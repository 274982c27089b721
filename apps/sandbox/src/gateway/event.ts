/** Something that happened, before it is known who gets it. */
export type GatewayEvent = {
  /** Discord's name: `MESSAGE_CREATE`. */
  type: string
  /** One of these intents lets it through; 0 needs none. */
  intents: number
  /** Of the guild (`id >> 22`); absent for what belongs to no guild, which goes to shard 0. */
  shardKey?: number
  data: unknown
  /** What a session without MESSAGE_CONTENT gets, where that differs. */
  dataWithoutContent?: unknown
}

/** Follows one event until it is known whether any session got it. */
export type Delivery = { received: boolean; waiting: number }
