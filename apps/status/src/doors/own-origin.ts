import type { FastifyRequest } from 'fastify'
import { RequestError } from '../request-error.ts'

/**
 * A browser names the page that opens a WebSocket, and does not hold it to the same origin: so this does.
 * Programs that are no browsers send no Origin, and are let in (CVE-2023-49805 is what happens without a check).
 * X-Forwarded-Host of a trusted proxy counts as the host here: no page can make a browser send it.
 * @throws {RequestError} 403
 */
export function requireOwnOrigin(
  request: Pick<FastifyRequest, 'headers' | 'host'>,
  origins: ReadonlySet<string>,
): void {
  const { origin } = request.headers
  if (origin === undefined || origins.has(origin)) return
  if (URL.canParse(origin) && new URL(origin).host === request.host) return
  throw new RequestError(
    403,
    'pages of this origin may not open the feed; STATUS_ORIGINS lists those that may',
  )
}
