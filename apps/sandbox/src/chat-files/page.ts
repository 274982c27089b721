import { existsSync } from 'node:fs'
import { join } from 'node:path'
import staticFiles from '@fastify/static'
import type { FastifyPluginAsync } from 'fastify'

const BUILD = join(import.meta.dirname, '..', '..', 'chat', 'dist')

/** The chat in the browser, where it was built. */
export const chatPage: FastifyPluginAsync = async app => {
  // A route for each file: a wildcard would answer for the control API's unknown calls.
  if (existsSync(join(BUILD, 'index.html'))) await app.register(staticFiles, { root: BUILD, wildcard: false })
  else
    app.get('/', async (_, reply) =>
      reply
        .type('text/plain')
        .send('The chat is not built yet: run "pnpm build" in apps/sandbox and start the sandbox again.\n'),
    )
}
