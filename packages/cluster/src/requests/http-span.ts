import { fail, withSpan } from '@shardlight/tracing'
import { pathOf } from './request-route.ts'

const WORD = /^(?:@me|@original|[a-z]+(?:-[a-z]+)*)$/
const TOKEN_AT = 2

/** `POST /interactions/:id/:token/callback`: neither ids nor what opens something. */
export const templateOf = (path: string): string => {
  const segments = path.split('/').filter(segment => segment !== '')
  const hasToken = segments[0] === 'interactions' || segments[0] === 'webhooks'
  return `/${segments
    .map((segment, at) =>
      hasToken && at === TOKEN_AT ? ':token' : WORD.test(segment) && segment.length <= 32 ? segment : ':id',
    )
    .join('/')}`
}

/** A span for one request, where a trace is recorded, by OpenTelemetry's stable conventions for HTTP clients. */
export function withHttpSpan<Response extends { status: number }>(
  { url, method }: { url: string; method: string },
  send: () => Promise<Response>,
): Promise<Response> {
  const { hostname, port, protocol } = new URL(url)
  const template = templateOf(pathOf(url))
  const attributes = {
    'http.request.method': method,
    // Not url.full: it holds the token of an interaction, and what is searched for.
    'url.template': template,
    'server.address': hostname,
    'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
  }
  return withSpan(`${method} ${template}`, { kind: 'client', attributes }, async span => {
    const response = await send()
    span?.setAttribute('http.response.status_code', response.status)
    if (span && response.status >= 400) fail(span, { code: response.status })
    return response
  })
}
