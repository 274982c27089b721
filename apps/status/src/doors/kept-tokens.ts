import { readFile } from 'node:fs/promises'
import { ConfigError, type Log, reasonOf } from '@shardlight/service'
import { type ReadTokens, readTokens } from './read-tokens.ts'
import type { TokenDigest } from './token-digest.ts'

const LOOK_INTERVAL_MS = 2_000

/** The tokens of one scope as they are now: of the environment, and of a file that may change. */
export type KeptTokens = AsyncDisposable & {
  readonly byCluster: ReadonlyMap<string, readonly TokenDigest[]>
  /** Looks at the file now rather than within two seconds. */
  look(): Promise<void>
}

/** Which variables a scope's tokens come from, and what they may say. */
export type TokenSource = {
  given: ReadTokens
  file: string | undefined
  fileVariable: string
  mayBeForAll?: boolean
}

function join(given: ReadTokens, fromFile: ReadTokens): Map<string, TokenDigest[]> {
  const joined = new Map(given.digests)
  for (const [cluster, digests] of fromFile.digests)
    joined.set(cluster, [...(joined.get(cluster) ?? []), ...digests])
  return joined
}

/**
 * Reads the file again when it has changed, also where it is replaced whole, as Kubernetes does with secrets. A file
 * that cannot be read, says something else or nothing leaves the tokens as they were.
 * @throws {ConfigError} when the file is wrong at the start.
 */
export async function openTokens(
  { given, file, fileVariable, mayBeForAll = false }: TokenSource,
  { log, onChange = () => {} }: { log: Log; onChange?: () => void },
): Promise<KeptTokens> {
  const byCluster = new Map(given.digests)
  const warnOf = ({ short }: ReadTokens) => {
    if (short.length > 0)
      log.warn(
        `a token of ${short.join(', ')} has fewer than 16 characters and can be guessed; ` +
          '`npm run status -- token CLUSTER` makes a good one',
      )
  }
  warnOf(given)
  if (file === undefined) return { byCluster, async look() {}, async [Symbol.asyncDispose]() {} }

  let inForce: string | undefined
  let lastSeen: string | undefined
  let lastProblem: string | undefined

  const apply = (text: string): void => {
    const read = readTokens(text, { mayBeForAll })
    if ('problem' in read) throw new Error(read.problem)
    if (read.digests.size === 0) throw new Error('it holds no token')
    warnOf(read)
    byCluster.clear()
    for (const [cluster, digests] of join(given, read)) byCluster.set(cluster, digests)
    inForce = text
  }

  const look = async (): Promise<void> => {
    try {
      const text = await readFile(file, 'utf8')
      // Half of a file that is just being written may be valid: it counts once it has stayed the same.
      const isStable = text === lastSeen
      lastSeen = text
      if (!isStable) return
      if (text !== inForce) {
        apply(text)
        onChange()
        log.info(`${fileVariable} has changed: there are tokens of ${[...byCluster.keys()].join(', ')}`)
      }
      lastProblem = undefined
    } catch (error) {
      const problem = reasonOf(error)
      if (problem !== lastProblem)
        log.error(`${fileVariable} cannot be used, the tokens stay as they were: ${problem}`)
      lastProblem = problem
    }
  }

  try {
    lastSeen = await readFile(file, 'utf8')
    apply(lastSeen)
  } catch (error) {
    throw new ConfigError([`${fileVariable}: ${reasonOf(error)}`])
  }
  let underWay: Promise<void> | undefined
  const timer = setInterval(() => {
    underWay ??= look().finally(() => {
      underWay = undefined
    })
  }, LOOK_INTERVAL_MS)
  timer.unref()

  return {
    byCluster,
    look,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await underWay
    },
  }
}
