import type { IncomingMessage } from 'node:http'

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]'])
const LOOPBACK_ADDRESSES = /^(::ffff:)?127\.|^::1$/

const isLoopback = (address: string): boolean =>
  URL.canParse(address) && LOOPBACK_NAMES.has(new URL(address).hostname)

/**
 * Why a request may not use the control API, if so: it must come from this machine, to a loopback name, and
 * from no foreign web page. The last two keep out pages that point a name of theirs at 127.0.0.1.
 * @param isOpen whether it may come from elsewhere: into a container all that this machine asks does
 */
export function refusal(
  request: Pick<IncomingMessage, 'headers'> & { socket: Pick<IncomingMessage['socket'], 'remoteAddress'> },
  { isOpen }: { isOpen: boolean },
): string | undefined {
  if (!isOpen && !LOOPBACK_ADDRESSES.test(request.socket.remoteAddress ?? ''))
    return 'the control API answers this machine only'
  const { host = '', origin } = request.headers
  if (!isLoopback(`http://${host}`)) return `Host: ${host} is not a name of this machine's loopback`
  if (origin !== undefined && !isLoopback(origin)) return `Origin: ${origin} is foreign`
  return undefined
}
