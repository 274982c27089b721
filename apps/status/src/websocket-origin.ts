import type { FastifyRequest } from 'fastify'
import { RequestError } from './request-error.ts'

/**
 * A browser names the page that opens a WebSocket, and does not hold it to the same origin: so this does.
 * Programs that are no browsers send no Origin, and are let in (CVE-2023-49805 is what happens without a check).
 */
export const requireOwnOrigin = (origins: ReadonlySet<string>) => async (request: FastifyRequest) => {
  const { origin, host } = request.headers
  if (origin === undefined || origins.has(origin)) return
  if (URL.canParse(origin) && new URL(origin).host === host) return
  throw new RequestError(
    403,
    `pages of ${origin} may not open this feed; STATUS_ORIGINS lists those that may`,
  )
}
