import { create } from 'xmlbuilder2'
import type { Channel, Entry } from './entries.ts'

export type FeedDocument = { type: string; write: (channel: Channel, entries: readonly Entry[]) => string }

const ATOM = 'http://www.w3.org/2005/Atom'
const iso = (atMs: number) => new Date(atMs).toISOString()
const latest = (entries: readonly Entry[]) => Math.max(0, ...entries.map(({ updatedAtMs }) => updatedAtMs))

/** RFC 4287 */
const atom: FeedDocument = {
  type: 'application/atom+xml; charset=utf-8',
  write({ id, title, description, link, self }, entries) {
    const feed = create({ version: '1.0', encoding: 'UTF-8' }).ele(ATOM, 'feed')
    feed.ele('id').txt(id)
    feed.ele('title').txt(title)
    feed.ele('subtitle').txt(description)
    feed.ele('updated').txt(iso(latest(entries)))
    feed.ele('link', { rel: 'self', type: 'application/atom+xml', href: self })
    feed.ele('link', { rel: 'alternate', type: 'text/html', href: link })
    feed.ele('author').ele('name').txt(title)
    for (const entry of entries) {
      const element = feed.ele('entry')
      element.ele('id').txt(entry.id)
      element.ele('title').txt(entry.title)
      element.ele('link', { rel: 'alternate', type: 'text/html', href: entry.link })
      element.ele('category', { term: entry.cluster })
      element.ele('published').txt(iso(entry.publishedAtMs))
      element.ele('updated').txt(iso(entry.updatedAtMs))
      element.ele('content', { type: 'html' }).txt(entry.html)
    }
    return feed.doc().end()
  },
}

/** https://www.rssboard.org/rss-specification */
const rss: FeedDocument = {
  type: 'application/rss+xml; charset=utf-8',
  write({ title, description, link, self }, entries) {
    const channel = create({ version: '1.0', encoding: 'UTF-8' })
      .ele('rss', { version: '2.0', 'xmlns:atom': ATOM })
      .ele('channel')
    channel.ele('title').txt(title)
    channel.ele('link').txt(link)
    channel.ele('description').txt(description)
    channel.ele(ATOM, 'atom:link', { rel: 'self', type: 'application/rss+xml', href: self })
    channel.ele('lastBuildDate').txt(new Date(latest(entries)).toUTCString())
    for (const entry of entries) {
      const item = channel.ele('item')
      item.ele('title').txt(entry.title)
      item.ele('link').txt(entry.link)
      item.ele('guid', { isPermaLink: 'false' }).txt(entry.id)
      item.ele('category').txt(entry.cluster)
      item.ele('pubDate').txt(new Date(entry.publishedAtMs).toUTCString())
      item.ele('description').txt(entry.html)
    }
    return channel.doc().end()
  },
}

/** https://www.jsonfeed.org/version/1.1/ */
const jsonFeed: FeedDocument = {
  type: 'application/feed+json; charset=utf-8',
  write: ({ title, description, link, self }, entries) =>
    JSON.stringify({
      version: 'https://jsonfeed.org/version/1.1',
      title,
      description,
      home_page_url: link,
      feed_url: self,
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
