import fastifyStatic from '@fastify/static'
import { readGuildId } from '@shardlight/shard-registry'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { addressWith, pathOfGuild } from '../page/src/lookup/guild-address.ts'
import { chooseLanguage, isLanguage, readAcceptLanguage } from '../page/src/words/languages.ts'
import { accentCss } from './brand/accent-css.ts'
import type { BrandConfig } from './brand/read-brand.ts'
import type { Directory } from './directory.ts'
import { encodingFor, headersOf } from './encoded-body.ts'
import type { IncidentWatch } from './incidents/incident-watch.ts'
import { DIST, openBuiltPage } from './plain/built-page.ts'
import { createMissingPages, offerMissingPage } from './plain/missing-page.ts'
import { createPageBodies } from './plain/page-bodies.ts'
import { createPlainPages, type PlainPages } from './plain/plain-pages.ts'
import { createUptimes } from './plain/uptimes.ts'

const PATHS = ['/', '/plain', '/g/:guildId', '/lookup']
const HOW_TO_BUILD =
  'The page is not built: run `pnpm --filter @shardlight/status build`, then start again.\n'
/** A field for an ID or a link is not for novels. */
const MOST_GUILD_CHARACTERS = 300

/** Scripts and styles of our own only, nothing inline: what gets into a name cannot run. */
const securityHeaders = (logo: string | undefined) => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self'${logo === undefined ? '' : ` ${new URL(logo).origin}`}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
})

type Query = { lang?: string | string[]; guild?: string | string[]; view?: string | string[] }
type Asked = { Querystring: Query; Params: { guildId?: string } }

/** Of something that was given twice, neither counts. */
const single = (value: string | string[] | undefined) => (typeof value === 'string' ? value : undefined)

function pageAnswer(pages: PlainPages) {
  const bodyOf = createPageBodies()
  return async (
    { query, headers }: FastifyRequest<Asked>,
    reply: FastifyReply,
    { guild, hasScript }: { guild: string | undefined; hasScript: boolean },
  ) => {
    const lang = single(query.lang)
    const language = chooseLanguage(lang, ...readAcceptLanguage(headers['accept-language']))
    const isChosen = lang !== undefined && isLanguage(lang)
    const isWrong = guild !== undefined && 'problem' in readGuildId(guild)
    const html = pages({ language, isChosen, guild, hasScript })
    const kind = guild === undefined ? `${language} ${isChosen} ${hasScript}` : undefined
    const encoding = encodingFor(headers['accept-encoding'])
    const body = await bodyOf(html, kind)(encoding)
    return reply
      .code(isWrong ? 400 : 200)
      .headers({
        'cache-control': 'public, max-age=1',
        vary: 'accept-encoding, accept-language',
        'content-language': language,
        ...headersOf(encoding),
      })
      .type('text/html; charset=utf-8')
      .send(body)
  }
}

/**
 * `GET /` and `/g/:guildId` are one page, written by the server and then kept up to date by a script; `/plain` is the
 * same without one, and `/lookup` answers its form.
 */
export function pageRoutes({
  directory,
  incidents,
  brand,
}: {
  directory: Directory
  incidents: Pick<IncidentWatch, 'known'>
  brand: BrandConfig
}): FastifyPluginAsync {
  return async app => {
    const headers = securityHeaders(brand.logo)
    app.addHook('onRequest', async (_, reply) => {
      reply.headers(headers)
    })
    const built = await openBuiltPage()
    if (!built) {
      for (const path of PATHS)
        app.get(path, async (_, reply) => reply.code(503).type('text/plain').send(HOW_TO_BUILD))
      return
    }
    // File names carry a hash of their content.
    await app.register(fastifyStatic, {
      root: DIST,
      wildcard: false,
      index: false,
      globIgnore: ['index.html', '**/*.br', '**/*.gz'],
      preCompressed: true,
      cacheControl: false,
      setHeaders(reply, path) {
        const isHashed = path.includes(`${DIST}/assets/`)
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
    const { accent } = brand
    if (accent !== undefined) {
      const css = accentCss(accent)
      app.get('/brand.css', async (_, reply) =>
        reply.header('cache-control', 'public, max-age=300').type('text/css; charset=utf-8').send(css),
      )
    }

    const answer = pageAnswer(
      createPlainPages({ uptimes: createUptimes(app), directory, incidents, brand, ...built }),
    )
    const missing = createMissingPages({ brand, html: built.html, render: built.renderMissing })
    offerMissingPage(app, (request, reply) => reply.headers(headers).send(missing(request, reply)))
    app.get<Asked>('/', (request, reply) => answer(request, reply, { guild: undefined, hasScript: true }))
    app.get<Asked>('/plain', (request, reply) =>
      answer(request, reply, { guild: undefined, hasScript: false }),
    )
    app.get<Asked>('/g/:guildId', (request, reply) =>
      answer(request, reply, { guild: request.params.guildId, hasScript: true }),
    )
    app.get<Asked>('/lookup', async (request, reply) => {
      const guild = (single(request.query.guild) ?? '').slice(0, MOST_GUILD_CHARACTERS)
      const read = readGuildId(guild)
      if ('problem' in read) return answer(request, reply, { guild, hasScript: true })
      const search = request.url.slice(request.url.indexOf('?'))
      return reply.redirect(addressWith(pathOfGuild(read.guildId), search), 303)
    })
  }
}
