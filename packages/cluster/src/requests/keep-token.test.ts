import { startSandbox } from '@shardlight/testing'
import { REST } from 'discord.js'
import { expect, it } from 'vitest'
import { keepToken } from './keep-token.ts'

it('goes on after a 401, which makes discord.js mute for ever', async () => {
  await using sandbox = await startSandbox({ guilds: 1 })
  const plain = new REST({ api: sandbox.apiUrl }).setToken(sandbox.token)
  const kept = new REST({ api: sandbox.apiUrl })
  keepToken(kept, sandbox.token)
  const ask = (rest: REST) => rest.get('/users/@me')

  for (const rest of [plain, kept]) {
    const fault = { kind: 'rest-status', route: 'GET /users/@me', status: 401, times: 1 }
    await sandbox.control('POST', '/sandbox/faults', fault)
    await expect(ask(rest)).rejects.toThrow('401')
  }
  await expect(ask(plain)).rejects.toThrow('Expected token to be set')
  expect(await ask(kept)).toHaveProperty('id')
})
