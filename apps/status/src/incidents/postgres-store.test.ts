import { join } from 'node:path'
import { createLog } from '@shardlight/service'
import { testDatabase } from '@shardlight/testing'
import { openRecords } from '../records.ts'
import { incidentStoreContract } from './incident-store.contract.ts'
import { createPostgresIncidentStore } from './postgres-store.ts'

const migrations = [
  { name: 'incidents', directory: join(import.meta.dirname, '..', '..', 'migrations', 'incidents') },
]

incidentStoreContract(async nowMs => {
  await using opened = new AsyncDisposableStack()
  const { url } = opened.use(await testDatabase())
  const log = createLog({ name: 'test', level: 'silent' })
  const records = opened.use(await openRecords({ url, migrations, log }))
  const stack = opened.move()
  return {
    store: createPostgresIncidentStore({ records, nowMs }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
})
