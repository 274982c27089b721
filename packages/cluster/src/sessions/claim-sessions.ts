import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const readOwner = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * Makes the sessions in a folder those of a new owner of the shards. Where another owned them since they were written,
 * such as a manager on another host, resuming them would bring again what that one has handled: then they are
 * forgotten.
 * @param formerEpoch of the owner before this one; null where nobody knows
 */
export function claimSessions({
  directory,
  shards,
  epoch,
  formerEpoch,
}: {
  directory: string
  shards: readonly number[]
  epoch: bigint
  formerEpoch: bigint | null
}): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const file = join(directory, `owner-from-${shards[0]}`)
  const isSuccessor = formerEpoch !== null && readOwner(file) === String(formerEpoch)
  if (!isSuccessor) {
    const own = new Set(shards.map(String))
    for (const name of readdirSync(directory))
      if (own.has(/^(\d+)-of-\d+\./.exec(name)?.[1] ?? '')) rmSync(join(directory, name), { force: true })
  }
  writeFileSync(file, String(epoch), { mode: 0o600 })
}
