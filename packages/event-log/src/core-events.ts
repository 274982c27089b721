import { z } from 'zod'
import { defineEventType, snowflake } from './event-type.ts'

/** Somebody took part: at most one in each window of time per person and guild. What was said is not kept. */
export const UserActive = defineEventType({
  name: 'UserActive',
  metadata: z.object({
    /** null for a direct message. */
    guildId: snowflake.nullable(),
    userId: snowflake,
    how: z.enum(['voice', 'command', 'message']),
    /** When they joined the guild, where that is known. */
    joinedAt: z.iso.datetime({ offset: true }).nullable(),
  }),
})

/** A vote was opened, or ended. Who voted is never in it. */
export const Vote = defineEventType({
  name: 'Vote',
  metadata: z.object({
    voteId: snowflake,
    guildId: snowflake,
    kind: z.enum(['ask', 'challenge', 'restore']),
    phase: z.enum(['opened', 'closed']),
    /** null until it is closed. */
    outcome: z.enum(['passed', 'failed', 'tie', 'no-quorum', 'retracted', 'vetoed']).nullable(),
    /** Whom it is about; null for a question. */
    targetId: snowflake.nullable(),
    /** Until when a passed challenge restrains. */
    until: z.iso.datetime({ offset: true }).nullable(),
  }),
})

const effect = z.object({
  guildId: snowflake,
  userId: snowflake,
  voteId: snowflake,
  until: z.iso.datetime({ offset: true }).nullable(),
})

/** Somebody may use no feature in that guild. Appended by the log itself when a vote said so. */
export const Challenge = defineEventType({ name: 'Challenge', metadata: effect })

/** They may again. */
export const Restore = defineEventType({ name: 'Restore', metadata: effect })
