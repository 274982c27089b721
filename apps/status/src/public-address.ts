import type { FastifyRequest } from 'fastify'

/**
 * Of what the visitor asked for: a proxy may pass on what that one wrote, so it says http or https, and a host, or
 * nothing. X-Forwarded-Host is never believed: not even a cache in front of us tells its values apart.
 */
function addressAsked({ protocol, headers: { host = '' } }: FastifyRequest): string {
  const address = `${protocol === 'https' ? 'https' : 'http'}://${host}`
  return URL.canParse(address) ? new URL(address).origin : ''
}

/**
 * Where the page is for those who read it: as configured, else as it was asked for.
 * @returns without a slash at the end; empty where nobody knows.
 */
export const publicAddress = (configured: string | undefined, request: FastifyRequest): string =>
  configured === undefined ? addressAsked(request) : new URL(configured).href.replace(/\/+$/, '')

/** How what names that address may be kept: what one visitor asked for is not told to others. */
export const cachingOfAddress = (configured: string | undefined, seconds: number): string =>
  `${configured === undefined ? 'private' : 'public'}, max-age=${seconds}`
