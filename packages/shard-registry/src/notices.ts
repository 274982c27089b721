import { z } from 'zod'
import { noticeLevels } from './notice-level.ts'
import { plainText } from './plain-text.ts'
import { MAX_SHARDS, MAX_TIME_MS } from './push.ts'

export const MOST_NOTICE_TEXT = 300
/** A notice of more shards than that concerns the cluster: leave `shards` out. */
export const MOST_NOTICE_SHARDS = 1_000
export const MOST_NOTICES = 64
/** A cluster has a manager or a few; who calls itself anew each time must not fill the page. */
export const MOST_NOTICE_SOURCES = 16
/** Who still has something to tell repeats it more often than that. */
export const NOTICE_LIFETIME_MS = 60_000

const name = z.string().regex(/^[\w.:-]{1,64}$/, 'expected 1 to 64 of A-Z a-z 0-9 _ . : -')

const timeMs = z.number().min(0).max(MAX_TIME_MS)

export const pushedNoticeSchema = z.object({
  id: name.meta({ description: 'which of its source it is; the same id again is the same notice' }),
  level: z.enum(noticeLevels),
  text: z
    .string()
    .max(MOST_NOTICE_TEXT)
    .transform(plainText)
    .refine(text => text !== '', 'expected words')
    .meta({ description: 'plain text for everybody who looks at the page' }),
  shards: z
    .array(
      z
        .int()
        .min(0)
        .max(MAX_SHARDS - 1),
    )
    .max(MOST_NOTICE_SHARDS)
    .optional()
    .meta({ description: 'the shards that it concerns; absent, the whole cluster' }),
  sinceMs: timeMs.optional().meta({ description: 'absent, when it was first told' }),
})

/** All that one source has to tell now; it replaces what the source told before. */
export const noticesPushSchema = z.object({
  source: name.meta({ description: 'who tells it, such as "manager"' }),
  notices: z
    .array(pushedNoticeSchema)
    .max(MOST_NOTICES)
    .refine(notices => new Set(notices.map(({ id }) => id)).size === notices.length, 'expected each id once'),
})

/** Something that the page says about a cluster besides the states of its shards. */
export const noticeSchema = pushedNoticeSchema.extend({ source: z.string(), sinceMs: timeMs })

export type PushedNotice = z.infer<typeof pushedNoticeSchema>
export type NoticesPush = z.infer<typeof noticesPushSchema>
export type Notice = z.infer<typeof noticeSchema>
