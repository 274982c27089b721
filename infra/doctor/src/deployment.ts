import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readConfig, readEnvFile } from '@shardlight/service'
import { z } from 'zod'

/** What is examined: the variables as the apps find them, and what `npm start` keeps on this machine. */
export type Deployment = {
  root: string
  environment: Record<string, string | undefined>
  /** The variables that the file `.env` sets. */
  inFile: string[]
  dataDir: string
  /** `npm start` runs here, with this data. */
  isLocalRunning: boolean
  /** A variable, also from the file that NAME_FILE names; undefined where it is not set or cannot be read. */
  read(name: string): string | undefined
  /** The same, with what it is when it is not set. */
  readOr(name: string, fallback: string): string
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** @param root where `.env` and a relative DATA_DIR are looked for */
export function readDeployment(root: string, own: Record<string, string | undefined>): Deployment {
  const environment = { ...readEnvFile(root, own), ...own }
  const read = (name: string): string | undefined => {
    try {
      return readConfig({ [name]: z.string().optional() }, environment)[name]
    } catch {
      // What is wrong with it is told once, with the other variables.
      return undefined
    }
  }
  const dataDir = resolve(root, read('DATA_DIR') ?? '.data')
  const owner = join(dataDir, 'running')
  const pid = existsSync(owner) ? Number(readFileSync(owner, 'utf8')) : 0
  return {
    root,
    environment,
    inFile: Object.keys(readEnvFile(root, {})),
    dataDir,
    isLocalRunning: pid > 0 && isAlive(pid),
    read,
    readOr: (name, fallback) => read(name) ?? fallback,
  }
}
