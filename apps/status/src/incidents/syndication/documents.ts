import { writeXmlDocument, type XmlElement } from '../../xml/write-xml.ts'
import type { Channel, Entry } from './entries.ts'

export type FeedDocument = { type: string; write: (channel: Channel, entries: readonly Entry[]) => string }

const ATOM = 'http://www.w3.org/2005/Atom'
const iso = (atMs: number) => new Date(atMs).toISOString()
const latest = (entries: readonly Entry[]) => Math.max(0, ...entries.map(({ updatedAtMs }) => updatedAtMs))

const text = (name: string, words: string, attributes: Record<string, string> = {}): XmlElement => ({
  name,
  attributes,
  children: [words],
})
const link = (rel: string, type: string, href: string): XmlElement => ({
  name: 'link',
  attributes: { rel, type, href },
})

/** RFC 4287 */
const atom: FeedDocument = {
  type: 'application/atom+xml; charset=utf-8',
  write: (channel, entries) =>
    writeXmlDocument({
      name: 'feed',
      namespace: ATOM,
      children: [
        text('id', channel.id),
        text('title', channel.title),
        text('subtitle', channel.description),
        text('updated', iso(latest(entries))),
        link('self', 'application/atom+xml', channel.self),
        link('alternate', 'text/html', channel.link),
        { name: 'author', children: [text('name', channel.title)] },
        ...entries.map(entry => ({
          name: 'entry',
          children: [
            text('id', entry.id),
            text('title', entry.title),
            link('alternate', 'text/html', entry.link),
            { name: 'category', attributes: { term: entry.cluster } },
            text('published', iso(entry.publishedAtMs)),
            text('updated', iso(entry.updatedAtMs)),
            text('content', entry.html, { type: 'html' }),
          ],
        })),
      ],
    }),
}

/** https://www.rssboard.org/rss-specification */
const rss: FeedDocument = {
  type: 'application/rss+xml; charset=utf-8',
  write: (channel, entries) =>
    writeXmlDocument({
      name: 'rss',
      attributes: { version: '2.0' },
      children: [
        {
          name: 'channel',
          children: [
            text('title', channel.title),
            text('link', channel.link),
            text('description', channel.description),
            { ...link('self', 'application/rss+xml', channel.self), name: 'atom:link', namespace: ATOM },
            text('lastBuildDate', new Date(latest(entries)).toUTCString()),
            ...entries.map(entry => ({
              name: 'item',
              children: [
                text('title', entry.title),
                text('link', entry.link),
                text('guid', entry.id, { isPermaLink: 'false' }),
                text('category', entry.cluster),
                text('pubDate', new Date(entry.publishedAtMs).toUTCString()),
                text('description', entry.html),
              ],
            })),
          ],
        },
      ],
    }),
}

/** https://www.jsonfeed.org/version/1.1/ */
const jsonFeed: FeedDocument = {
  type: 'application/feed+json; charset=utf-8',
  write: (channel, entries) =>
    JSON.stringify({
      version: 'https://jsonfeed.org/version/1.1',
      title: channel.title,
      description: channel.description,
      home_page_url: channel.link,
      feed_url: channel.self,
      language: 'en',
      items: entries.map(entry => ({
        id: entry.id,
        url: entry.link,
        title: entry.title,
        content_html: entry.html,
        date_published: iso(entry.publishedAtMs),
        date_modified: iso(entry.updatedAtMs),
        tags: [entry.cluster],
      })),
    }),
}

export const feedDocuments = { '/feed.atom': atom, '/feed.rss': rss, '/feed.json': jsonFeed }
