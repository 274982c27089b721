import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from '@shardlight/embedded'
import { eventually, isAlive, runProgram, type SandboxMessage, type SandboxWorld } from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { descendants, type LocalSystem, startLocalSystem } from './local-system.ts'

describe('npm start', { timeout: 120_000 }, () => {
  describe('once it is ready', () => {
    let dataDir: string
    let system: LocalSystem
    beforeAll(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'shardlight-kept-'))
      system = await startLocalSystem({ dataDir })
    }, 180_000)
    afterAll(async () => {
      await system?.[Symbol.asyncDispose]()
      await rm(dataDir, { recursive: true, force: true })
    })

    it('says where everything is', async () => {
      expect(system.program.output()).toContain(`Status page  ${system.status}`)
      expect(system.program.output()).toContain('count to 5')
      const processes = await system.processes()
      expect(processes.map(({ shards, state }) => ({ shards, state }))).toEqual([
        { shards: [0, 1], state: 'ready' },
        { shards: [2, 3], state: 'ready' },
      ])
    })

    it('refuses a second copy on the same data, in one line', async () => {
      await using second = runProgram('apps/local/src/main.ts', { DATA_DIR: dataDir })
      expect(await second.exited).toBe(1)
      expect(second.output()).toMatch(
        /^shardlight: cannot start: another copy \(process \d+\) uses .*set DATA_DIR.*\n$/,
      )
    })

    it('keeps tokens out of what it writes', async () => {
      const logs = await Promise.all(
        ['sandbox', 'status-page', 'manager-and-its-shard-processes', 'ingester'].map(name =>
          readFile(join(dataDir, 'logs', `${name}.log`), 'utf8'),
        ),
      )
      const password = await readFile(join(dataDir, 'postgres.password'), 'utf8')
      for (const text of [system.program.output(), ...logs]) {
        expect(text).not.toContain(password)
        expect(text).not.toMatch(/local\.[\w-]{20,}/)
      }
    })

    it('leaves nothing behind when it is killed or after Ctrl-C, and starts again with what was stored', async () => {
      const world = await system.control<SandboxWorld>('GET', '/sandbox/world')
      const channelId = world.guilds[1]?.channels[0]?.id
      await system.control('POST', `/sandbox/channels/${channelId}/messages`, {
        authorId: world.users[0]?.id,
        content: `<@${world.application.botUserId}> count to 12`,
      })
      const numbers = async (from: LocalSystem) =>
        (await from.control<SandboxMessage[]>('GET', `/sandbox/channels/${channelId}/messages?limit=100`))
          .filter(message => message.authorId === world.application.botUserId)
          .map(message => Number(message.content))
      await eventually('it counts', async () => (await numbers(system)).length >= 3)
      const killed = descendants(system.program.pid)
      system.program.child.kill('SIGKILL')
      await eventually('nothing is left', () => !killed.some(one => isAlive(one.pid)))

      await using second = await startLocalSystem({ dataDir })
      await eventually('it has counted to the end', async () => (await numbers(second)).at(-1) === 12)
      const counted = await numbers(second)
      expect(counted).toEqual([...new Set(counted)].toSorted((a, b) => a - b))
      expect(counted.slice(-5)).toEqual([8, 9, 10, 11, 12])

      const stopped = descendants(second.program.pid)
      expect(stopped.length).toBeGreaterThanOrEqual(6)
      second.program.child.kill('SIGINT')
      expect(await second.program.exited).toBe(0)
      expect(stopped.filter(one => isAlive(one.pid))).toEqual([])
    }, 240_000)
  })

  it('names every port that is taken before it starts anything', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const dataDir = await mkdtemp(join(tmpdir(), 'shardlight-port-'))
    await using program = runProgram('apps/local/src/main.ts', {
      DATA_DIR: dataDir,
      STATUS_PORT: String(port),
      SANDBOX_PORT: String(port),
    })
    expect(await program.exited).toBe(1)
    expect(program.output()).toBe(
      `shardlight: cannot start: already taken: port ${port} on 127.0.0.1 (STATUS_PORT), ${port} on 127.0.0.1 (SANDBOX_PORT); stop what listens there or set the variable to another port\n`,
    )
    await expect(stat(join(dataDir, 'postgres'))).rejects.toThrow('ENOENT')
    taken.close()
    await rm(dataDir, { recursive: true })
  })

  it('says what it waits for, and gives the start up at once when it is asked to', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'shardlight-waits-'))
    const ports = await Promise.all([findFreePort(), findFreePort(), findFreePort(), findFreePort()])
    const [status = 0, sandbox = 0, manager = 0, ingester = 0] = ports
    await using program = runProgram('apps/local/src/main.ts', {
      DATA_DIR: dataDir,
      DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/none',
      STATUS_PORT: String(status),
      SANDBOX_PORT: String(sandbox),
      MANAGER_PORT: String(manager),
      INGESTER_PORT: String(ingester),
    })
    await eventually(
      'it says so',
      () =>
        /manager and its shard processes is not ready: .*cannot reach PostgreSQL at 127.0.0.1:1\/none/.test(
          program.output(),
        ),
      { withinMs: 60_000 },
    )
    const all = descendants(program.pid)
    program.child.kill('SIGINT')
    expect(await program.exited).toBe(0)
    expect(all.filter(one => isAlive(one.pid))).toEqual([])
    expect(program.output()).not.toContain('hunter2')
    await rm(dataDir, { recursive: true })
  })

  it('names every variable and argument that is wrong', async () => {
    await using program = runProgram('apps/local/src/main.ts', {
      STATUS_PORT: 'http',
      SHARDS_PER_PROCESS: '0',
    })
    expect(await program.exited).toBe(1)
    expect(program.output()).toBe(
      'shardlight: SHARDS_PER_PROCESS="0": expected a whole number from 1 to 1000\n' +
        'shardlight: STATUS_PORT="http": expected a port from 0 to 65535\n',
    )
    await using argument = runProgram('apps/local/src/main.ts', {}, ['--frehs'])
    expect(await argument.exited).toBe(1)
    expect(argument.output()).toContain('there is only --fresh')
  })
})
