import { type ApiDescription, inPath, inQuery, json, text } from './operations.ts'

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
    '/plain': page('The status page without any script'),
    '/lookup': {
      get: {
        summary: 'The form of the page: leads to the guild that was asked for',
        parameters: [inQuery('guild', 'the id of a guild, or a link to one of its messages'), ...ofEveryPage],
        responses: {
          303: { description: 'to /g/{guildId}' },
          400: text('the page, which says what is wrong', 'text/html'),
          503: text('the page is not built', 'text/plain'),
        },
      },
    },
    '/brand.css': {
      get: {
        summary: 'The colour of STATUS_ACCENT, in shades that can be read; only where there is one',
        responses: { 200: text('a stylesheet', 'text/css'), 404: json('there is no colour', 'Error') },
      },
    },
  },
}
