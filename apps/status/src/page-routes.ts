import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsync } from 'fastify'

const DIST = join(import.meta.dirname, '..', 'page', 'dist')
const HOW_TO_BUILD =
  'The page is not built: run `pnpm --filter @shardlight/status build`, then start again.\n'

/** Scripts and styles of our own only, nothing inline: what gets into a name cannot run. */
const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
}

/** `GET /` and `/g/:guildId` are the same page; it reads the guild from its own address. */
export const pageRoutes: FastifyPluginAsync = async app => {
  app.addHook('onRequest', async (_, reply) => {
    reply.headers(SECURITY_HEADERS)
  })
  if (!existsSync(join(DIST, 'index.html'))) {
    for (const path of ['/', '/g/:guildId'])
      app.get(path, async (_, reply) => reply.code(503).type('text/plain').send(HOW_TO_BUILD))
    return
  }
  // File names carry a hash of their content.
  await app.register(fastifyStatic, {
    root: DIST,
    wildcard: false,
    index: false,
    cacheControl: false,
    setHeaders(reply, path) {
      const isHashed = path.includes(`${DIST}/assets/`)
      reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  for (const path of ['/', '/g/:guildId']) app.get(path, async (_, reply) => reply.sendFile('index.html'))
}
