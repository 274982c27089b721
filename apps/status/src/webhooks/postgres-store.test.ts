import { createLog } from '@shardlight/service'
import { testDatabase } from '@shardlight/testing'
import { describe } from 'vitest'
import { openRecords } from '../records.ts'
import { webhookMigration } from './open-webhooks.ts'
import { createPostgresWebhookStore } from './postgres-store.ts'
import { webhookStoreContract } from './webhook-store.contract.ts'

describe('the progress of webhooks in PostgreSQL', () => {
  webhookStoreContract(async () => {
    await using opened = new AsyncDisposableStack()
    const { url } = opened.use(await testDatabase())
    const log = createLog({ name: 'test', level: 'silent' })
    const records = opened.use(await openRecords({ url, migrations: [webhookMigration], log }))
    const stack = opened.move()
    return {
      store: createPostgresWebhookStore({ records }),
      async passLease() {
        await records.use(database =>
          database.query(`UPDATE webhook_targets SET leased_until = now() - interval '1 second'`),
        )
      },
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    }
  })
})
