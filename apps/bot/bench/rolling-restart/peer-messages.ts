import { z } from 'zod'

/** What a peer's manager tells: that all clusters have started, and later what came of their restart. */
export const fromManager = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('restarted') }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
])

export type FromManager = z.infer<typeof fromManager>
