import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { renderMissing } from '../../page/src/plain/render-missing.tsx'
import { chooseLanguage, languages, readAcceptLanguage } from '../../page/src/words/languages.ts'
import type { BrandConfig } from '../brand/read-brand.ts'
import { readTemplate } from './template.ts'

type AnswerMissing = (request: FastifyRequest, reply: FastifyReply) => FastifyReply

const answers = new WeakMap<FastifyInstance['server'], AnswerMissing>()

/** Says how browsers are answered for what is not there; until then they are told as programs are. */
export const offerMissingPage = (app: FastifyInstance, answer: AnswerMissing): void =>
  void answers.set(app.server, answer)

const API = /^\/api\//

/** For those who ask for a page and would rather read than parse. */
export function missingPageFor({ method, url, headers, server }: FastifyRequest): AnswerMissing | undefined {
  const isPage = method === 'GET' && !API.test(url) && headers.accept?.includes('text/html') === true
  return isPage ? answers.get(server.server) : undefined
}

/** The page of an address that leads nowhere: sets the reply's status and headers, and returns its body. */
export function createMissingPages({
  brand: { accent, ...brand },
  html,
  render,
}: {
  brand: BrandConfig
  html: string
  render: typeof renderMissing
}): (request: FastifyRequest, reply: FastifyReply) => string {
  const template = readTemplate(html, { hasScript: false })
  return ({ headers }, reply) => {
    const language = chooseLanguage(...readAcceptLanguage(headers['accept-language']))
    void reply.code(404).type('text/html; charset=utf-8').headers({
      'cache-control': 'no-cache',
      vary: 'accept, accept-language',
      'content-language': language,
    })
    return template({
      lang: language,
      dir: languages[language].dir,
      styles: accent === undefined ? [] : ['/brand.css'],
      brand: JSON.stringify(brand),
      ...render({ language, brand }),
    })
  }
}
