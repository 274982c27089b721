import { mkdtemp } from 'node:fs/promises'
import { startPostgres } from '@shardlight/embedded'
import { measure } from './measure.ts'

const directory = await mkdtemp('/tmp/shardlight-bench-')
{
  await using pg = await startPostgres({ directory })
  console.log(JSON.stringify(await measure(process.argv[2] as never, pg.url)))
}
