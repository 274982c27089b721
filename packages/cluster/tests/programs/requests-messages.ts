import { z } from 'zod'
import { requestOutcome, requestWish } from '../../src/requests/index.ts'

/** What a process of the load tells its parent, which holds the budget. */
export const fromLoad = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('take'), wish: requestWish }),
  z.object({ kind: z.literal('report'), outcome: requestOutcome }),
  /** From asking discord.js to its answer, in ms. */
  z.object({
    kind: z.literal('done'),
    answersMs: z.array(z.number()),
    backgroundMs: z.array(z.number()),
    failed: z.int(),
  }),
])

export const toLoad = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    seconds: z.number(),
    hasBudget: z.boolean(),
    /** Where counts go, and where answers do. */
    channels: z.array(z.string()),
    answerChannels: z.array(z.string()),
  }),
  z.object({ kind: z.literal('granted'), id: z.string() }),
  z.object({ kind: z.literal('refused'), id: z.string(), reason: z.string() }),
])

export type FromLoad = z.infer<typeof fromLoad>
export type ToLoad = z.infer<typeof toLoad>
