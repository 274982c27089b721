/** Wikimedia's own stream. */
export const WIKIMEDIA_STREAM = 'https://stream.wikimedia.org/v2/stream/recentchange'

/**
 * What the stream at `url` is called in the database, where its place is kept: the place in one says nothing of another,
 * such as the sandbox's. Without the port, which may be another after a restart.
 */
export function streamNameOf(url: string): string {
  const { hostname } = new URL(url)
  return hostname === new URL(WIKIMEDIA_STREAM).hostname ? 'recentchange' : `recentchange@${hostname}`
}
