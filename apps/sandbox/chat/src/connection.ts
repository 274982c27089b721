import type { ChatEvent } from '../../src/control-api.ts'

const FIRST_WAIT_MS = 300
const LONGEST_WAIT_MS = 5_000

/**
 * Follows the live feed as one user, and comes back by itself with growing, uneven waits.
 * @param onOpen called after each connect: what happened meanwhile has to be read anew.
 */
export function follow({
  userId,
  onEvent,
  onOpen,
  onLost,
}: {
  userId: string
  onEvent: (event: ChatEvent) => void
  onOpen: () => void
  onLost: () => void
}): () => void {
  let socket: WebSocket | undefined
  let waitMs = FIRST_WAIT_MS
  let timer = 0
  let ended = false

  const connect = () => {
    const address = new URL(`/sandbox/chat/events?userId=${userId}`, location.href)
    address.protocol = 'ws:'
    socket = new WebSocket(address)
    socket.onopen = () => {
      waitMs = FIRST_WAIT_MS
      onOpen()
    }
    socket.onmessage = ({ data }) => onEvent(JSON.parse(String(data)) as ChatEvent)
    socket.onclose = () => {
      if (ended) return
      onLost()
      timer = window.setTimeout(connect, waitMs * (0.5 + Math.random() / 2))
      waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)
    }
  }
  connect()
  return () => {
    ended = true
    clearTimeout(timer)
    socket?.close()
  }
}
