import { access, constants, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Deployment } from '../deployment.ts'
import { bad, doubt, type Examination, type Finding, good } from '../finding.ts'

const LEAST_FREE_MIB = 300
const GOOD_FREE_MIB = 2_048
const OTHERS = 0o077
/** Where our containers and our chart mount what one container alone sees. */
const MOUNTED_SECRETS = /^(\/run)?\/secrets\//

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** The directory itself, or the nearest above it that there is. */
async function nearest(path: string): Promise<string> {
  return (await exists(path)) || dirname(path) === path ? path : nearest(dirname(path))
}

async function judgeSpace(dataDir: string): Promise<Finding[]> {
  const place = await nearest(dataDir)
  const isWritable = await access(place, constants.W_OK).then(
    () => true,
    () => false,
  )
  if (!isWritable)
    return [bad(`${place} may not be written to`, 'set DATA_DIR to a place that may, or chown it')]
  const { bavail, bsize } = await statfs(place)
  const freeMiB = Math.floor((bavail * bsize) / 2 ** 20)
  const what = `${(freeMiB / 1024).toFixed(1)} GiB free in ${dataDir}`
  const todo = 'free some, or set DATA_DIR to another place'
  if (freeMiB < LEAST_FREE_MIB) return [bad(what, todo)]
  return freeMiB < GOOD_FREE_MIB ? [doubt(what, todo)] : [good(what)]
}

/** Files that hold secrets, ours and those that variables name. */
async function judgeSecretFiles({ dataDir, environment }: Deployment): Promise<Finding[]> {
  const named = Object.entries(environment).flatMap(([name, value]) =>
    /(TOKENS?|SECRET|PASSWORD|PASSPHRASE|_URL)_FILE$/.test(name) && value ? [value] : [],
  )
  const ours = ['manager.token', 'operator.token', 'postgres.password'].map(file => join(dataDir, file))
  const found = await Promise.all(
    [...ours, ...named].map(async file => {
      if (MOUNTED_SECRETS.test(file)) return []
      const { mode } = await stat(file).catch(() => ({ mode: 0 }))
      return (mode & OTHERS) === 0
        ? []
        : [doubt(`${file} holds a secret, and others may read it`, `chmod 600 ${file}`)]
    }),
  )
  return found.flat()
}

export const disk = (deployment: Deployment): Examination => ({
  name: 'disk',
  todo: 'set DATA_DIR to a place that can be written to',
  run: async () => [...(await judgeSpace(deployment.dataDir)), ...(await judgeSecretFiles(deployment))],
})
