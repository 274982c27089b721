import type { FastifyRequest } from 'fastify'

/**
 * Where the page is for those who read it: as configured, else as it was asked for.
 * @returns without a slash at the end
 */
export function publicAddress(configured: string | undefined, request: FastifyRequest): string {
  const address = configured ?? `${request.protocol}://${request.host}`
  return URL.canParse(address) ? new URL(address).href.replace(/\/+$/, '') : ''
}
