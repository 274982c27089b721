import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '@shardlight/embedded'
import { readConfig, readEnvFile, runCommand, webAddress } from '@shardlight/service'
import pg from 'pg'
import { z } from 'zod'
import { dump } from './dump.ts'
import { restore } from './restore.ts'
import { settle } from './settle.ts'
import { verify } from './verify.ts'

const USAGE = `npm run backup -- dump FILE | verify FILE | restore FILE [--replace] | settle
  of the database that DATABASE_URL names or, with --local, of what a stopped npm start keeps in DATA_DIR`

/** Which database that is, without the password. */
function placeOf(url: string): string {
  const { host, port, database } = new pg.Client({ connectionString: url })
  return `${database} on ${host}:${port}`
}

async function settleDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'backup' })
  await client.connect()
  try {
    await client.query('BEGIN')
    await settle(client)
    await client.query('COMMIT')
  } finally {
    await client.end()
  }
}

void runCommand('backup', async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      replace: { type: 'boolean', default: false },
      local: { type: 'boolean', default: false },
    },
  })
  const [verb, name, ...more] = positionals
  if (more.length > 0 || (verb === 'settle') === (name !== undefined)) throw new Error(USAGE)
  const file = resolve(name ?? '')
  if (verb === 'verify') {
    const { header, checks } = await verify(file)
    console.log(`${file} is whole: ${Object.keys(checks).length} tables of ${header.takenAt}.`)
    return
  }
  if (verb !== 'dump' && verb !== 'restore' && verb !== 'settle') throw new Error(USAGE)
  const config = readConfig(
    { DATABASE_URL: webAddress('postgres', 'postgresql').optional(), DATA_DIR: z.string().default('.data') },
    { ...readEnvFile('.', process.env), ...process.env },
  )
  await using opened = new AsyncDisposableStack()
  const dataDir = resolve(config.DATA_DIR)
  const url = values.local ? opened.use(await startPostgres({ directory: dataDir })).url : config.DATABASE_URL
  if (url === undefined)
    throw new Error(
      `which database? Set DATABASE_URL, or say --local for what a stopped npm start keeps in ${dataDir}`,
    )
  const place = values.local ? `the database in ${dataDir}` : placeOf(url)
  if (verb === 'settle') {
    await settleDatabase(url)
    console.log(`Ids and followed changes of ${place} are settled.`)
  } else if (verb === 'dump') {
    const counted = Object.values(await dump({ url, file }))
    const rows = counted.reduce((sum, one) => sum + one.rows, 0)
    console.log(`${file}: ${rows} rows of ${counted.length} tables, of ${place}.`)
  } else {
    const { rows, leftOut } = await restore({ url, file, mayReplace: values.replace })
    for (const table of leftOut) console.warn(`${table} is left out: no migration here makes it.`)
    console.log(
      `${rows} rows are restored into ${place}. The apps bring the tables up to date when they start.`,
    )
  }
})
