import { webhookBodySchema } from '@shardlight/status-client'
import { z } from 'zod'

export const webhookMessageSchema = z.object({
  id: z.string(),
  /** The last update that it covers. */
  upTo: z.int(),
  body: webhookBodySchema,
})

export type WebhookMessage = z.infer<typeof webhookMessageSchema>

/** How far one target has been told. */
export type Progress = {
  /** The last update that it was told, or was not to be told. */
  cursor: number
  /** Updates have come, and it is waited for others that belong to them. */
  isGrouping: boolean
  /** What it has yet to take. */
  message: WebhookMessage | null
  /** How often that was sent in vain. */
  attempts: number
  /** Unresolved incidents that it was told of. */
  following: readonly number[]
  /** Why nothing is sent to it any more. */
  disabled: string | null
}

/** The right to change the progress of a target, for as long as the lease lasts or until somebody else has it. */
export type Claim = { readonly name: string; readonly epoch: number; readonly progress: Progress }

/** Where the progress of all targets is kept. Rejects with RecordsAwayError while PostgreSQL is away. */
export interface WebhookStore {
  /** One that is new begins behind `cursor`; one that has another address is tried again. */
  enrol(target: { name: string; addressDigest: string; cursor: number }): Promise<void>
  read(name: string): Promise<Progress | undefined>
  /** Undefined while it is not due, is disabled, or is somebody else's. */
  claim(name: string): Promise<Claim | undefined>
  /**
   * Writes the progress. The claim ends by it, unless it is kept, and the next may come after `dueInMs`.
   * Answers false, and changes nothing, where somebody else has claimed the target since.
   */
  settle(
    claim: Claim,
    progress: Progress,
    then?: { dueInMs?: number; keepsClaim?: boolean },
  ): Promise<boolean>
}

/** Longer than one message may take: whoever has been silent for so long has died or hangs. */
export const LEASE_MS = 30_000

export const beginning = (cursor: number): Progress => ({
  cursor,
  isGrouping: false,
  message: null,
  attempts: 0,
  following: [],
  disabled: null,
})
