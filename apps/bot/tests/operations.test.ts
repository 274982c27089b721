import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from '@shardlight/embedded'
import { eventually, runProgram, type Sandbox, startSandbox, testDatabase } from '@shardlight/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import type { TargetGroup } from '../src/metrics-routes.ts'

const TOKEN = 'a-token-for-operators'

describe('operations', { timeout: 120_000 }, () => {
  let sandbox: Sandbox
  let url: string
  let folder: string
  let scope: AsyncDisposableStack

  beforeEach(async () => {
    scope = new AsyncDisposableStack()
    sandbox = scope.use(await startSandbox({ guilds: 4, environment: { SANDBOX_MAX_CONCURRENCY: '16' } }))
    folder = await mkdtemp(join(tmpdir(), 'operations-'))
    scope.defer(() => rm(folder, { recursive: true }))
    return () => scope.disposeAsync()
  })

  async function startManager(environment: Record<string, string> = { MANAGER_TOKEN: TOKEN }) {
    const databaseUrl = scope.use(await testDatabase()).url
    const port = await findFreePort()
    url = `http://127.0.0.1:${port}`
    const start = () =>
      scope.use(
        runProgram('apps/bot/src/manager.ts', {
          DISCORD_TOKEN: sandbox.token,
          DISCORD_API_URL: sandbox.apiUrl,
          DATABASE_URL: databaseUrl,
          TOTAL_SHARDS: '2',
          SHARDS_PER_PROCESS: '1',
          MANAGER_PORT: String(port),
          DATA_DIR: folder,
          ...environment,
        }),
      )
    const program = start()
    await untilReady()
    return { program, start }
  }

  const untilReady = () =>
    eventually('the manager is ready', async () => (await fetch(`${url}/readyz`)).ok, { withinMs: 60_000 })

  const post = async (body: unknown, token?: string) => {
    const answer = await fetch(`${url}/operations`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    })
    return { status: answer.status, body: (await answer.json()) as { error?: string; kind?: string } }
  }

  /** `npm run cluster -- …`; answers its exit code and all it said. */
  async function command(words: string, environment: Record<string, string> = {}) {
    await using program = runProgram(
      'apps/bot/src/cluster-command.ts',
      { MANAGER_URL: url, DATA_DIR: folder, ...environment },
      words.split(' ').filter(Boolean),
    )
    return { code: await program.exited, output: program.output() }
  }

  it('are for whoever has the token, and switched off without one', async () => {
    await startManager()
    expect(await post({ kind: 'restart' })).toMatchObject({ status: 401 })
    expect(await post({ kind: 'restart' }, `${TOKEN}x`)).toMatchObject({ status: 401 })
    expect((await post({ kind: 'explode' }, TOKEN)).body.error).toMatch(/^expected {"kind": "restart"}/)
    expect((await post({ kind: 'reshard', totalShards: 0 }, TOKEN)).status).toBe(400)
    expect(await post({ kind: 'reshard', totalShards: 2 }, TOKEN)).toEqual({
      status: 409,
      body: { error: 'the bot has 2 shards already' },
    })
    expect((await (await fetch(`${url}/cluster`)).text()).includes(TOKEN)).toBe(false)
  })

  it('cannot be asked for where no token is set', async () => {
    await startManager({})
    expect(await post({ kind: 'restart' }, 'anything')).toEqual({
      status: 403,
      body: { error: 'operations are switched off: set MANAGER_TOKEN to switch them on' },
    })
  })

  it('can be given on the command line, which shows how far they are', async () => {
    const { program, start } = await startManager()
    expect(await command('restart')).toEqual({
      code: 1,
      output: `cluster: set MANAGER_TOKEN to the manager's, since there is none in ${join(folder, 'manager.token')}\n`,
    })
    // Where `npm start` leaves it.
    await writeFile(join(folder, 'manager.token'), TOKEN)
    const restarted = await command('restart')
    expect(restarted).toMatchObject({ code: 0 })
    expect(restarted.output).toMatch(/0\/2 {2}replacing process 0[\s\S]*2\/2 {2}every process was replaced/)
    const resharded = await command('reshard 3')
    expect(resharded).toMatchObject({ code: 0 })
    expect(resharded.output).toMatch(/3\/3 {2}the bot has 3 shards\n$/)
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toContain('shardlight_cluster_operations_total{kind="restart",outcome="done"} 1')
    expect(metrics).toContain('shardlight_cluster_operations_total{kind="reshard",outcome="done"} 1')
    expect(metrics).toContain('shardlight_cluster_gap_seconds_count{cause="asked"} 2')
    const targets = (await (await fetch(`${url}/prometheus/targets`)).json()) as TargetGroup[]
    expect(targets.flatMap(({ labels }) => labels['process'] ?? [])).toEqual(['0', '1', '2'])
    const { output: status } = await command('status')
    expect(status).toMatch(/^3 shards in 3 processes\n/)
    expect(status).toMatch(/^2 +\d+ +2 +1 of 1 +ready +0 +–$/m)
    expect(status).toMatch(/logins left today: 49\d of 500 that the bot allows itself \(Discord gives 1000\)/)

    // Its configuration still says 2.
    await program[Symbol.asyncDispose]()
    start()
    await untilReady()
    expect((await command('status')).output).toMatch(/^3 shards in 3 processes\n/)
    expect((await sandbox.ledger()).identifies.total).toBe(5)

    expect((await command('drain')).output).toMatch(/its sessions can be resumed for a few minutes\n$/)
    expect((await sandbox.ledger()).sessions).toEqual([])
  })

  it.each([
    ['', 'which command?'],
    ['dance', 'there is no command "dance"'],
    ['reshard', 'reshard "": expected the number of shards to go to, such as 8'],
    ['reshard many', 'reshard "many": expected the number of shards'],
    ['status', 'no manager answers at http://127.0.0.1:1'],
  ])('say what is wrong with "%s"', async (words, complaint) => {
    const { code, output } = await command(words, { MANAGER_URL: 'http://127.0.0.1:1' })
    expect(code).toBe(1)
    expect(output).toContain(`cluster: ${complaint}`)
  })
})
