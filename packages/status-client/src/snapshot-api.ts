import { z } from 'zod'
import { clusterSnapshotSchema } from './api.ts'

/** `GET /api/v2/snapshot`: the frame with which the feed begins; `?epoch=&seq=` of it are where the feed goes on. */
export const snapshotAnswerSchema = z.object({
  op: z.literal('snapshot'),
  epoch: z.string(),
  seq: z.int().min(0),
  atMs: z.number().meta({ description: 'when it was made, in ms since 1970, by the server' }),
  staleSinceMs: z.number().nullable().meta({
    description:
      'since when the states could not be read, and these are the last that were; null, they are true',
  }),
  clusters: z.array(clusterSnapshotSchema),
})

export type SnapshotAnswer = z.infer<typeof snapshotAnswerSchema>
