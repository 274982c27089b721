import type { FastifyRequest } from 'fastify'
import { RequestError } from '../request-error.ts'
import { addressKey } from './address-key.ts'
import { requireOwnOrigin } from './own-origin.ts'
import type { RateLimit } from './rate-limit.ts'

/** A viewer that finds no place comes back after so long. */
const FULL_SECONDS = 30

/**
 * Lets a WebSocket in: from pages of our own origin, from those of the configuration and from programs; as many at
 * once, from one address and altogether, as there may be. Its place is free again when its connection is closed,
 * however it ends.
 * @throws {RequestError} 403, 429, 503
 */
export function createViewerDoor({
  origins,
  mostViewers,
  mostViewersPerAddress,
  opens,
}: {
  origins: ReadonlySet<string>
  mostViewers: number
  mostViewersPerAddress: number
  /** How often an address may come, whether it finds a place or not. */
  opens: RateLimit
}): (request: FastifyRequest) => void {
  const byAddress = new Map<string, number>()
  let total = 0

  return request => {
    const address = addressKey(request.ip)
    const waitSeconds = opens.take(address)
    if (waitSeconds > 0)
      throw new RequestError(429, 'too many feeds were opened from this address', {
        retryAfterSeconds: waitSeconds,
      })
    requireOwnOrigin(request, origins)
    const here = byAddress.get(address) ?? 0
    if (here >= mostViewersPerAddress)
      throw new RequestError(429, `there are ${here} viewers at this address, and may be no more`, {
        retryAfterSeconds: FULL_SECONDS,
      })
    if (total >= mostViewers)
      throw new RequestError(503, 'there are as many viewers as there may be', {
        retryAfterSeconds: FULL_SECONDS,
      })
    const { socket } = request.raw
    // Nobody would tell when its place is free again.
    if (socket.destroyed) throw new RequestError(400, 'the connection is closed')
    total += 1
    byAddress.set(address, here + 1)
    socket.once('close', () => {
      total -= 1
      const left = (byAddress.get(address) ?? 1) - 1
      if (left === 0) byAddress.delete(address)
      else byAddress.set(address, left)
    })
  }
}
