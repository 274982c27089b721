import type { Clock } from '@shardlight/service'
import { RESTJSONErrorCodes as Code } from 'discord-api-types/v10'
import type { Rules } from '../rules.ts'
import type { Message } from '../world/model.ts'
import { RestError } from './rest-error.ts'

export type OldEdits = ReturnType<typeof createOldEdits>

/** Messages older than an hour may be edited only seldom, counted for each channel. */
export function createOldEdits({ rules, clock }: { rules: Rules; clock: Clock }) {
  const windows = new Map<string, { count: number; endsMs: number }>()
  return {
    /** @throws {RestError} 30046. */
    count({ channelId, sentAtMs }: Message): void {
      if (Date.now() - sentAtMs < rules.oldMessageMs) return
      const nowMs = clock.nowMs()
      const known = windows.get(channelId)
      const isOpen = known !== undefined && nowMs < known.endsMs
      const window = isOpen ? known : { count: 0, endsMs: nowMs + rules.oldMessageEditWindowMs }
      windows.set(channelId, window)
      if (++window.count <= rules.oldMessageEditsPerWindow) return
      throw new RestError(
        429,
        Code.MaximumNumberOfEditsToMessagesOlderThanOneHourReached,
        'Maximum number of edits to messages older than 1 hour reached. Try again later.',
        { retry_after: (window.endsMs - nowMs) / 1_000, global: false },
      )
    },
  }
}
