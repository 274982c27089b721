import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '@shardlight/embedded'
import { readConfig, runCommand, webAddress } from '@shardlight/service'
import pg from 'pg'
import { z } from 'zod'
import { dump } from './dump.ts'
import { restore } from './restore.ts'
import { settle } from './settle.ts'
import { verify } from './verify.ts'

const USAGE = `npm run backup -- dump FILE | verify FILE | restore FILE [--replace] | settle
  of DATABASE_URL or, without it, of what a stopped npm start keeps in DATA_DIR`

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
    options: { replace: { type: 'boolean', default: false } },
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
    process.env,
  )
  await using opened = new AsyncDisposableStack()
  const url =
    config.DATABASE_URL ?? opened.use(await startPostgres({ directory: resolve(config.DATA_DIR) })).url
  if (verb === 'settle') {
    await settleDatabase(url)
    console.log('Ids and followed changes are settled.')
  } else if (verb === 'dump') {
    const counted = Object.values(await dump({ url, file }))
    const rows = counted.reduce((sum, one) => sum + one.rows, 0)
    console.log(`${file}: ${rows} rows of ${counted.length} tables.`)
  } else {
    const { rows, leftOut } = await restore({ url, file, mayReplace: values.replace })
    for (const table of leftOut) console.warn(`${table} is left out: no migration here makes it.`)
    console.log(`${rows} rows are restored. The apps bring the tables up to date when they start.`)
  }
})
