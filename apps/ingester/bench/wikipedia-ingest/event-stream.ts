import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const WIKIS = [
  'en.wikipedia.org',
  'es.wikipedia.org',
  'de.wikipedia.org',
  'fr.wikipedia.org',
  'www.wikidata.org',
]
const EVENTS_A_PIECE = 100

/** An event in the shape and length of the real stream's. */
export function eventOf(number: number) {
  const wiki = WIKIS[number % WIKIS.length] ?? ''
  const title = `Page ${number % 50_000}`
  const uri = `https://${wiki}/wiki/${title.replace(' ', '_')}`
  const moment = new Date()
  return {
    $schema: '/mediawiki/recentchange/1.0.0',
    meta: {
      uri,
      request_id: randomUUID(),
      id: randomUUID(),
      domain: wiki,
      stream: 'mediawiki.recentchange',
      dt: moment.toISOString(),
      topic: 'eqiad.mediawiki.recentchange',
      partition: 0,
      offset: number,
    },
    id: 1_600_000_000 + number,
    type: number % 9 === 0 ? 'new' : number % 7 === 0 ? 'categorize' : 'edit',
    namespace: number % 4 === 0 ? 1 : 0,
    title,
    title_url: uri,
    comment: `/* History */ a sentence was mended, see the talk page; change ${number}`,
    timestamp: Math.floor(moment.getTime() / 1_000),
    user: `Editor ${number % 3_000}`,
    bot: number % 3 === 0,
    notify_url: `https://${wiki}/w/index.php?diff=${number}&oldid=${number - 1}&rcid=${number}`,
    minor: number % 5 === 0,
    patrolled: true,
    length: { old: 10_000 + (number % 500), new: 10_000 + (number % 700) },
    revision: { old: number, new: number + 1 },
    server_url: `https://${wiki}`,
    server_name: wiki,
    server_script_path: '/w',
    wiki: `${wiki.slice(0, 2)}wiki`,
    parsedcomment: `<span class="autocomment">History</span> a sentence was mended, see the <a href="${uri}">talk page</a>`,
  }
}

/** Streams `count` events as fast as they are taken, from the one after the Last-Event-ID on, then stays silent. */
export async function startEventStream(
  count: number,
): Promise<AsyncDisposable & { url: string; begin(): void }> {
  const pieces: string[] = []
  for (let number = 0; number < count; number++) {
    const id = JSON.stringify([{ topic: 'eqiad.mediawiki.recentchange', partition: 0, offset: number }])
    const piece = Math.floor(number / EVENTS_A_PIECE)
    pieces[piece] =
      `${pieces[piece] ?? ''}event: message\nid: ${id}\ndata: ${JSON.stringify(eventOf(number))}\n\n`
  }
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const server = createServer(async ({ headers }, answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream' })
    answer.flushHeaders()
    await begun
    const last = /"offset":(?<offset>\d+)/.exec(String(headers['last-event-id'] ?? ''))?.groups?.['offset']
    // A piece that was read in part is read again.
    const first = last === undefined ? 0 : Math.floor((Number(last) + 1) / EVENTS_A_PIECE)
    // It may be cut before its end; then it is asked for again.
    await pipeline(Readable.from(pieces.slice(first)), answer, { end: false }).catch(() => {})
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the stream has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    begin,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
