import { readFile } from 'node:fs/promises'
import { type Check, ConfigError, reasonOf } from '@shardlight/service'
import type { FileFlagsOptions } from './file-flags.ts'

/** Where somebody asks for something: a guild, or a direct message (`guildId` null). */
export type Where = { guildId: bigint | null; userId: bigint }

export type Flags = AsyncDisposable & {
  /** Whether a feature takes new work there, of that person. */
  isOn(feature: string, where: Where): Promise<boolean>
  /** Rejects while the file cannot be used; absent where there is no file. */
  check?: Check
}

/** Without a file all is on, and nothing is loaded. */
export async function openFlags({
  file,
  ...options
}: Omit<FileFlagsOptions, 'file'> & { file: string | undefined }): Promise<Flags> {
  if (file === undefined) return { isOn: async () => true, async [Symbol.asyncDispose]() {} }
  const { openFileFlags } = await import('./file-flags.ts')
  return openFileFlags({ file, ...options })
}

/**
 * Refuses to start with a file that cannot be used, unless an earlier good one was kept: whoever deploys it hears of it
 * at once, and a machine that comes back at night has the flags it had.
 * @throws {ConfigError}
 */
export async function checkFlagsFile({
  file,
  kept,
}: {
  file: string | undefined
  kept: string
}): Promise<void> {
  if (file === undefined) return
  const { readFlags } = await import('./read-flags.ts')
  const read = async (path: string) => readFlags(await readFile(path, 'utf8'))
  try {
    await read(file)
  } catch (error) {
    const hasKept = await read(kept).then(
      () => true,
      () => false,
    )
    if (!hasKept) throw new ConfigError([`FLAGS_FILE=${JSON.stringify(file)}: ${reasonOf(error)}`])
  }
}

/**
 * What a file of flags says, in one line, and what of it may not be what was meant.
 * @throws {Error} that says in one line what is wrong
 */
export async function describeFlagsFile(
  file: string,
  features?: readonly string[],
): Promise<{ states: string; doubts: string[] }> {
  const { describeFlags, readFlags } = await import('./read-flags.ts')
  const flags = readFlags(await readFile(file, 'utf8'), features)
  return { states: describeFlags(flags), doubts: flags.doubts }
}
