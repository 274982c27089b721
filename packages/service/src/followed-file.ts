import { readFile, rename, writeFile } from 'node:fs/promises'
import type { Log } from './log.ts'
import { reasonOf } from './run-process.ts'

const LOOK_INTERVAL_MS = 2_000

/** What a file says that may change at any moment: the last that was good. */
export type FollowedFile<Content> = AsyncDisposable & {
  /** Undefined until anything good was there. */
  content(): Content | undefined
  /** What is wrong with the file as it is now. */
  problem(): string | undefined
  /** Looks at the file now rather than within two seconds. */
  look(): Promise<void>
}

/**
 * Follows a file, however it is changed: written in place, moved there, or by another link in its path, as Kubernetes
 * changes a ConfigMap. What was good is also kept beside it on disk, for a process that starts while the file is broken.
 * @param read throws what is wrong
 * @param onGood told of each new content, in the order in which they came
 */
export async function followFile<Content>({
  file,
  kept,
  read,
  onGood,
  onProblem,
  log,
}: {
  file: string
  /** Where the last good text is kept. */
  kept?: string | undefined
  read: (text: string) => Content
  onGood: (content: Content, source: { isKept: boolean }) => void
  onProblem: (problem: string, content: Content | undefined) => void
  log: Log
}): Promise<FollowedFile<Content>> {
  let content: Content | undefined
  let inForce: string | undefined
  let lastSeen: string | undefined
  let problem: string | undefined

  const keep = async (text: string): Promise<void> => {
    if (kept === undefined) return
    // Several processes keep it at the same time, each the whole of it.
    const unfinished = `${kept}.${process.pid}`
    await writeFile(unfinished, text, { mode: 0o600 })
    await rename(unfinished, kept)
  }

  /** What the file says, or that it cannot be read, which may pass as half of a file does. */
  const see = async (): Promise<{ seen: string; text?: string; error?: unknown }> => {
    try {
      const text = await readFile(file, 'utf8')
      return { seen: `text ${text}`, text }
    } catch (error) {
      return { seen: `problem ${reasonOf(error)}`, error }
    }
  }

  const takeKept = async (path: string): Promise<void> => {
    try {
      content = read(await readFile(path, 'utf8'))
      onGood(content, { isKept: true })
    } catch {
      // Nothing was kept that can be used: the problem of the file itself is told.
    }
  }

  const take = async ({ text, error }: { text?: string; error?: unknown }): Promise<void> => {
    try {
      if (text === undefined) throw error
      if (text !== inForce) {
        content = read(text)
        inForce = text
        onGood(content, { isKept: false })
        await keep(text).catch(failed =>
          log.warn(`a copy of ${file} cannot be kept at ${kept}: ${reasonOf(failed)}`),
        )
      }
      if (problem !== undefined) log.info(`${file} can be used again`)
      problem = undefined
    } catch (failed) {
      const now = reasonOf(failed)
      const isNew = now !== problem
      problem = now
      if (!isNew) return
      if (content === undefined && kept !== undefined) await takeKept(kept)
      onProblem(now, content)
    }
  }

  const look = async (): Promise<void> => {
    const { seen, ...found } = await see()
    // Half of a file that is just being written may be valid: it counts once it has stayed the same.
    const isStable = seen === lastSeen
    lastSeen = seen
    if (isStable) await take(found)
  }

  const { seen, ...found } = await see()
  lastSeen = seen
  await take(found)

  let underWay: Promise<void> | undefined
  const timer = setInterval(() => {
    underWay ??= look().finally(() => {
      underWay = undefined
    })
  }, LOOK_INTERVAL_MS)
  timer.unref()
  return {
    content: () => content,
    problem: () => problem,
    look,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await underWay
    },
  }
}
