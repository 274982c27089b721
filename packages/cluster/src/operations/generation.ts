import type { ClusterManager } from 'discord-hybrid-sharding'
import { forkChild } from '../supervision/child.ts'
import type { ProcessLayout } from '../supervision/layout.ts'
import { openSlot, type Slot } from '../supervision/slot.ts'

export type Generation = {
  /** Which layout of shards this is; each resharding makes a later one. */
  number: number
  totalShards: number
  slots: Slot[]
}

type SlotOptions = Omit<Parameters<typeof openSlot>[0], 'id' | 'shards' | 'fork' | 'context'> & {
  context: Omit<Parameters<typeof openSlot>[0]['context'], 'generation'>
}

/** All shard processes of one layout, each in a place of its own. */
export function openGeneration({
  number,
  totalShards,
  layout,
  manager,
  environment,
  ...options
}: SlotOptions & {
  number: number
  totalShards: number
  layout: ProcessLayout[]
  manager: ClusterManager
  environment: NodeJS.ProcessEnv
}): Generation {
  const slots = layout.map(({ id, shards }) =>
    openSlot({
      ...options,
      context: { ...options.context, generation: number },
      id,
      shards,
      fork: (handlers, onHeard) =>
        forkChild({ manager, id, shards, totalShards, environment, handlers, onHeard }),
    }),
  )
  return { number, totalShards, slots }
}
