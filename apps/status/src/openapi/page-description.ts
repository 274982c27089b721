import { type ApiDescription, inPath, inQuery, text } from './operations.ts'

const ofEveryPage = [
  inQuery('lang', 'the language; else the first of Accept-Language that there is'),
  inQuery('view', 'how the shards are shown'),
]

const page = (summary: string, more: Record<number, unknown> = {}, ...parameters: unknown[]) => ({
  get: {
    summary,
    parameters: [...parameters, ...ofEveryPage],
    responses: {
      200: text('the page', 'text/html'),
      503: text('the page is not built', 'text/plain'),
      ...more,
    },
  },
})

/** What people look at. Files that it loads are named by their content, and not told of. */
export const pageDescription: ApiDescription = {
  schemas: {},
  paths: {
    '/': page('The status page'),
    '/g/{guildId}': page(
      'The status page with a guild looked up',
      { 400: text('the page, which says that this is no guild', 'text/html') },
      inPath('guildId', 'the id of a guild, or a link to it'),
    ),
  },
}
