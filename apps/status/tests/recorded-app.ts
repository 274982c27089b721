import { createLog } from '@shardlight/service'
import { testDatabase } from '@shardlight/testing'
import { openRecords } from '../src/records.ts'
import { migrations } from '../src/start-status.ts'
import { createTestApp } from './test-app.ts'

export const OPERATOR = 'the-token-of-operators'

/** The app as `createTestApp` makes it, with history and incidents in a real database, and no limits. */
export async function createRecordedApp(environment: Record<string, string> = {}) {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await testDatabase())
  const log = createLog({ name: 'test', level: 'silent' })
  const records = opened.use(await openRecords({ url: database.url, migrations, log }))
  const test = opened.use(
    await createTestApp(
      {
        STATUS_OPERATOR_TOKENS: `main:${OPERATOR}`,
        STATUS_REFUSALS_PER_MINUTE: '0',
        STATUS_READS_PER_MINUTE: '0',
        STATUS_VIEWERS_PER_ADDRESS: '100000',
        ...environment,
      },
      { records },
    ),
  )
  const all = opened.move()
  return {
    ...test,
    operate: (path: string, payload: unknown) =>
      test.app.inject({
        method: 'POST',
        url: `/api/v2/clusters/main/${path}`,
        headers: { authorization: `Bearer ${OPERATOR}`, 'content-type': 'application/json' },
        payload: JSON.stringify(payload),
      }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
