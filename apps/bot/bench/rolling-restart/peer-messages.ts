import { z } from 'zod'

/** What a peer's manager answers when it was told to restart its clusters. */
export const fromManager = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('restarted') }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
])

export type FromManager = z.infer<typeof fromManager>
