import type { FastifyRequest } from 'fastify'

/** A proxy may pass on what a visitor wrote: it says http or https, and a host, or nothing. */
function addressAsked({ protocol, host }: FastifyRequest): string {
  const address = `${protocol === 'https' ? 'https' : 'http'}://${host}`
  return URL.canParse(address) ? new URL(address).origin : ''
}

/**
 * Where the page is for those who read it: as configured, else as it was asked for.
 * @returns without a slash at the end; empty where nobody knows.
 */
export const publicAddress = (configured: string | undefined, request: FastifyRequest): string =>
  configured === undefined ? addressAsked(request) : new URL(configured).href.replace(/\/+$/, '')
