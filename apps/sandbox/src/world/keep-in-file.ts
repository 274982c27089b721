import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Core } from '../core.ts'
import { readSaved, takeSaved, toSaved } from './saved-world.ts'
import { addStartingPeople } from './starting-world.ts'

const SAVE_EVERY_MS = 5_000

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Loads the world from a file, and keeps the file up to date until disposed: written beside it, then renamed. */
export async function keepInFile(core: Core, file: string): Promise<AsyncDisposable> {
  const text = await readIfThere(file)
  if (text === undefined) addStartingPeople(core.world)
  else takeSaved(core, readSaved(text, file))
  let written = text

  async function save(): Promise<void> {
    const current = JSON.stringify(toSaved(core))
    if (current === written) return
    await mkdir(dirname(file), { recursive: true })
    await writeFile(`${file}.new`, current, { flush: true })
    await rename(`${file}.new`, file)
    written = current
  }

  let saving = Promise.resolve()
  const saveInTurn = () => {
    saving = saving
      .then(save)
      .catch(error => core.log.error({ err: error, file }, 'the world could not be saved'))
    return saving
  }
  const timer = setInterval(saveInTurn, SAVE_EVERY_MS)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await saveInTurn()
    },
  }
}
