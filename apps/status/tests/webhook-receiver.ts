import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { verifyWebhook, type WebhookIncident, webhookBodySchema } from '@shardlight/status-client'

/** From the specification; a name joined to it is no real secret. */
export const SECRET = `whsec_${'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'}`
export const OTHER_SECRET = `whsec_${'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='}`

type Received = { path: string; headers: IncomingHttpHeaders; text: string }
type Answer = (response: ServerResponse) => void

export const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Answer =>
  response =>
    void response.writeHead(code, headers).end(body)

/** Takes the request and says nothing. */
export const silence: Answer = () => {}
export const hangUp: Answer = response => void response.socket?.destroy()

/** A real HTTP server that takes webhooks, and fails when and as the test wants. */
export async function startReceiver() {
  const received: Received[] = []
  const queued: Answer[] = []
  let usual: Answer = status(204)
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, text })
      ;(queued.shift() ?? usual)(response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the receiver has no port')

  return {
    url: `http://127.0.0.1:${address.port}/hooks/a-secret-path`,
    received,
    /** Answers the next requests so, one each, then as usual. */
    answerNext: (...answers: Answer[]) => void queued.push(...answers),
    answerAlways(answer: Answer) {
      usual = answer
    },
    ids: () => received.map(({ headers }) => headers['webhook-id']),
    /** What was told in each webhook, after it was verified. */
    told: (secret = SECRET): WebhookIncident[][] =>
      received.map(
        ({ headers, text }) => verifyWebhook({ headers, body: text, secrets: [secret] }).body.data.incidents,
      ),
    titles: () =>
      received.map(({ text }) =>
        webhookBodySchema.parse(JSON.parse(text)).data.incidents.map(({ title }) => title),
      ),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
