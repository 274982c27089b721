import type { FastifyInstance } from 'fastify'

/** Reads JSON; an empty body is none, for discord.js and browsers name a type also where they send nothing. */
export function readJsonBodies(app: FastifyInstance, invalid: () => Error): void {
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, text, done) => {
    try {
      done(null, text === '' ? undefined : JSON.parse(text.toString()))
    } catch {
      done(invalid())
    }
  })
}
