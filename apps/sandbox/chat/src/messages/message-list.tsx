import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { MessageView } from '../../../src/control-api.ts'
import {
  botName,
  channelId,
  channelName,
  dismissed,
  forget,
  guild,
  messages,
  pending,
  typing,
} from '../store.ts'
import { Message } from './message.tsx'

const SAME_GROUP_MS = 300_000
const NEAR_END_PX = 60

const isFirst = (message: MessageView, before: MessageView | undefined): boolean =>
  !before ||
  before.authorId !== message.authorId ||
  message.sentAtMs - before.sentAtMs > SAME_GROUP_MS ||
  message.interaction !== undefined ||
  message.replyToId !== undefined ||
  Boolean(message.ephemeral) !== Boolean(before.ephemeral)

function Waiting() {
  return (
    <>
      {pending.value
        .filter(one => one.channelId === channelId.value)
        .map(({ id, label, status }) => (
          <p key={id} class={`pending pending-${status}`} role="status">
            {label && <strong>{label}</strong>}{' '}
            {status === 'failed' ? 'The application did not respond.' : `${botName.value} is thinking …`}
            {status === 'failed' && (
              <button type="button" class="textual" onClick={() => forget(id)}>
                Dismiss
              </button>
            )}
          </p>
        ))}
    </>
  )
}

/** Stays at the newest message while the reader is there, and says so when there is more below. */
export function MessageList() {
  const log = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const hasMore = useSignal(false)
  const shown = (messages.value.get(channelId.value) ?? []).filter(
    message => !dismissed.value.has(message.id),
  )
  const byId = new Map(shown.map(message => [message.id, message]))

  const toEnd = () => {
    log.current?.scrollTo({ top: log.current.scrollHeight })
    hasMore.value = false
  }
  useLayoutEffect(() => {
    if (isAtEnd.current) toEnd()
    else hasMore.value = true
  }, [shown.length, pending.value])
  useEffect(() => {
    const watch = new ResizeObserver(() => isAtEnd.current && toEnd())
    if (log.current) watch.observe(log.current)
    return () => watch.disconnect()
  }, [])

  return (
    <div class="messages">
      <div
        ref={log}
        class="log"
        role="log"
        aria-live="polite"
        aria-label={`Messages in ${channelName.value}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
        tabIndex={0}
        onScroll={event => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX
          if (isAtEnd.current) hasMore.value = false
        }}
      >
        <div class="log-inner">
          <p class="beginning">
            {guild.value
              ? `This is the beginning of #${channelName.value}. Try: @${botName.value} count to 5`
              : `This is your direct message with ${botName.value}. Try: count to 5`}
          </p>
          {shown.map((message, index) => (
            <Message
              key={message.id}
              message={message}
              isFirst={isFirst(message, shown[index - 1])}
              repliesTo={message.replyToId === undefined ? undefined : byId.get(message.replyToId)}
            />
          ))}
          <Waiting />
        </div>
      </div>
      {hasMore.value && (
        <button type="button" class="more" onClick={toEnd}>
          New messages ↓
        </button>
      )}
      <p class="typing">
        {typing.value?.channelId === channelId.value ? `${typing.value.username} is typing …` : ''}
      </p>
    </div>
  )
}
