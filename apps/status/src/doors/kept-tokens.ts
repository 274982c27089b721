import { ConfigError, followFile, type Log } from '@shardlight/service'
import { type ReadTokens, readTokens } from './read-tokens.ts'
import type { TokenDigest } from './token-digest.ts'

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

  await using opened = new AsyncDisposableStack()
  let hasStarted = false
  const followed = opened.use(
    await followFile({
      file,
      read(text) {
        const read = readTokens(text, { mayBeForAll })
        if ('problem' in read) throw new Error(read.problem)
        if (read.digests.size === 0) throw new Error('it holds no token')
        return read
      },
      onGood(read) {
        warnOf(read)
        byCluster.clear()
        for (const [cluster, digests] of join(given, read)) byCluster.set(cluster, digests)
        if (!hasStarted) return
        onChange()
        log.info(`${fileVariable} has changed: there are tokens of ${[...byCluster.keys()].join(', ')}`)
      },
      onProblem(problem) {
        if (hasStarted) log.error(`${fileVariable} cannot be used, the tokens stay as they were: ${problem}`)
      },
      log,
    }),
  )
  const problem = followed.problem()
  if (problem !== undefined) throw new ConfigError([`${fileVariable}: ${problem}`])
  hasStarted = true

  const stack = opened.move()
  return { byCluster, look: followed.look, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
