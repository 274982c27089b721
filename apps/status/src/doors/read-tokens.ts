import { clusterNameSchema } from '@shardlight/shard-registry'
import { digestOf, type TokenDigest } from './token-digest.ts'

/** In place of a cluster's name: a token for all of them. Operators may have one, those who push may not. */
export const EVERY_CLUSTER = '*'

/** The old and the new one. A third would be one that somebody forgot. */
const MOST_TOKENS = 2
/** What people choose is guessable when it is shorter than that. */
const SHORT_TOKEN = 16

const HASHED = /^sha256:/
const HASH = /^sha256:([0-9a-f]{64})$/i

/** Digests by cluster; `short` are the clusters of which a token is short, and was given as it is. */
export type ReadTokens = { digests: Map<string, TokenDigest[]>; short: string[] }

/**
 * Reads `cluster:token` entries, parted by `;` or on lines of their own. A token may stand there as it is or as
 * `sha256:` and 64 hexadecimal digits. A cluster with two entries has two valid tokens: so they are exchanged without a
 * push being refused. In a file a line that begins with `#` is a comment.
 * @returns a message without any secret when the text is wrong.
 */
export function readTokens(
  text: string,
  { mayBeForAll = false }: { mayBeForAll?: boolean } = {},
): ReadTokens | { problem: string } {
  const digests = new Map<string, TokenDigest[]>()
  const short = new Set<string>()
  const entries = text
    .split('\n')
    .filter(line => !line.trimStart().startsWith('#'))
    .flatMap(line => line.split(';'))
    .map(entry => entry.trim())
    .filter(entry => entry !== '')
  for (const [at, entry] of entries.entries()) {
    const colon = entry.indexOf(':')
    const name = entry.slice(0, Math.max(0, colon)).trim()
    const token = entry.slice(colon + 1).trim()
    const isName = clusterNameSchema.safeParse(name).success || (mayBeForAll && name === EVERY_CLUSTER)
    if (!isName || token === '' || /\s/.test(token))
      return { problem: `expected cluster:token;cluster:token; entry ${at + 1} is something else` }
    const hash = HASH.exec(token)?.[1]
    if (HASHED.test(token) && hash === undefined)
      return { problem: `expected 64 hexadecimal digits after "${name}:sha256:"` }
    if (hash === undefined && token.length < SHORT_TOKEN) short.add(name)
    const ofCluster = digests.get(name) ?? []
    ofCluster.push(hash === undefined ? digestOf(token) : Buffer.from(hash, 'hex'))
    if (ofCluster.length > MOST_TOKENS)
      return { problem: `"${name}" has more than ${MOST_TOKENS} tokens: the old and the new one are enough` }
    digests.set(name, ofCluster)
  }
  return { digests, short: [...short] }
}
