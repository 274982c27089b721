import type { FastifyPluginAsync } from 'fastify'
import type { Core } from '../core.ts'

/** Types that a browser may show in place; anything else is downloaded, so that no upload can run as a page. */
const SHOWN = /^(image\/(png|jpeg|gif|webp)|text\/plain)\b/

export const attachmentFiles =
  (core: Core): FastifyPluginAsync =>
  async app => {
    app.get<{ Params: { channelId: string; id: string; filename: string } }>(
      '/attachments/:channelId/:id/:filename',
      async ({ params }, reply) => {
        const content = core.attachments.get(params.id)
        if (!content) return reply.code(404).send({ error: `there is no attachment ${params.id}` })
        const type = core.attachments.typeOf(params.id)
        const name = encodeURIComponent(params.filename)
        return reply
          .header('x-content-type-options', 'nosniff')
          .header('content-security-policy', "default-src 'none'; sandbox")
          .header(
            'content-disposition',
            `${SHOWN.test(type) ? 'inline' : 'attachment'}; filename*=UTF-8''${name}`,
          )
          .type(type)
          .send(content)
      },
    )
  }
