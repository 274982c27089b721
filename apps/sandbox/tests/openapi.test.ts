import { readFileSync } from 'node:fs'
import { referenceData } from '@shardlight/testing'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { restRoutes } from '../src/rest/routes.ts'
import { BOT_ID } from '../src/world/world.ts'
import { type Answer, placeIn, type RunningSandbox, runSandbox } from './running.ts'

const { file, isAbsent } = referenceData('discord/openapi.json')

const description = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.union([
        z.object({
          responses: z.record(
            z.string(),
            z.object({ content: z.record(z.string(), z.unknown()).optional() }),
          ),
        }),
        z.unknown(),
      ]),
    ),
  ),
})

/** `/channels/:channelId/messages` and `/channels/{channel_id}/messages` alike. */
const shapeOf = (path: string) => path.replaceAll(/:\w+|\{\w+\}|@original/g, '*')

describe.skipIf(isAbsent)('the official OpenAPI description', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false })
  let sandbox: RunningSandbox
  let operations: Map<string, Record<string, unknown>>
  const validators = new Map<string, ValidateFunction>()

  beforeAll(async () => {
    const json: unknown = JSON.parse(readFileSync(file, 'utf8'))
    ajv.addSchema(json as object, 'discord')
    const { paths } = description.parse(json)
    operations = new Map(
      Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => [
          `${method.toUpperCase()} ${shapeOf(path)}`,
          { path, method, ...(operation as object) },
        ]),
      ),
    )
    sandbox = await runSandbox({ guilds: 2 })
  })
  afterAll(() => sandbox?.[Symbol.asyncDispose]())

  function check(route: string, { status, body }: Answer): void {
    const operation = operations.get(route) ?? operations.get(route.replace('/@me', '/*'))
    if (!operation) throw new Error(`the description has no ${route}`)
    const { responses, path, method } = operation as {
      responses: Record<string, unknown>
      path: string
      method: string
    }
    expect(Object.keys(responses), `${route} answered ${status} ${JSON.stringify(body)}`).toContain(
      String(status),
    )
    if (status === 204) return
    const pointer = [path, method, 'responses', String(status), 'content', 'application/json', 'schema']
      .map(part => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/')
    const reference = `discord#/paths/${pointer}`
    const validate = validators.get(reference) ?? ajv.compile({ $ref: reference })
    validators.set(reference, validate)
    if (!validate(body))
      throw new Error(`${route}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`)
  }

  async function answered(method: string, path: string, body?: unknown): Promise<{ id: string }> {
    const answer = await sandbox.rest(method, path, body)
    check(`${method} ${shapeOf(path.split('?')[0]?.replaceAll(/\/\d+/g, '/*') ?? '')}`, answer)
    return answer.body as { id: string }
  }

  test('knows every route that the sandbox has', () => {
    const unknown = restRoutes
      .map(({ method, path }) => `${method} ${shapeOf(path)}`)
      .filter(route => !operations.has(route))
    expect(unknown).toEqual([])
  })

  test('describes what the account, guild and channel routes answer', async () => {
    const { ada, guild, general, voice } = placeIn(sandbox)
    await sandbox.control('POST', '/voice', { userId: ada.id, guildId: guild.id, channelId: voice.id })
    for (const path of [
      '/gateway',
      '/gateway/bot',
      '/users/@me',
      '/applications/@me',
      '/oauth2/applications/@me',
      `/users/${ada.id}`,
      `/guilds/${guild.id}`,
      `/guilds/${guild.id}/channels`,
      `/guilds/${guild.id}/roles`,
      `/guilds/${guild.id}/members?limit=10`,
      `/guilds/${guild.id}/members/${ada.id}`,
      `/guilds/${guild.id}/voice-states/${ada.id}`,
      `/channels/${general.id}`,
      `/channels/${voice.id}`,
    ])
      await answered('GET', path)
    const wanted = { name: 'Harbour', channels: 30, roles: 20 }
    const lived = await sandbox.control<{ id: string }>('POST', '/guilds', wanted)
    for (const path of ['', '/channels', '/roles', `/members/${BOT_ID}`])
      await answered('GET', `/guilds/${lived.id}${path}`)
    const dm = await answered('POST', '/users/@me/channels', { recipient_id: ada.id })
    await answered('GET', `/channels/${dm.id}`)
    await answered('POST', `/channels/${general.id}/typing`)
  })

  test('describes what the message and reaction routes answer', async () => {
    const { ada, general } = placeIn(sandbox)
    const messages = `/channels/${general.id}/messages`
    const asked = await sandbox.control<{ id: string }>('POST', messages, {
      authorId: ada.id,
      content: `hello <@${BOT_ID}> and @everyone`,
    })
    const { id } = await answered('POST', messages, {
      content: `hello <@${ada.id}>`,
      nonce: 'once',
      enforce_nonce: true,
      message_reference: { message_id: asked.id },
      embeds: [
        {
          title: 'Title',
          description: 'Text',
          fields: [{ name: 'a', value: 'b', inline: true }],
          footer: { text: 'end' },
        },
      ],
      components: [
        {
          type: 1,
          components: [{ type: 2, style: 1, label: 'Yes', custom_id: 'yes', emoji: { name: '👍' } }],
        },
        { type: 1, components: [{ type: 3, custom_id: 'menu', options: [{ label: 'one', value: '1' }] }] },
      ],
    })
    await answered('PATCH', `${messages}/${id}`, { content: 'edited' })
    const thumb = encodeURIComponent('👍')
    const reactions = `${messages}/${id}/reactions/${thumb}`
    check('PUT /channels/*/messages/*/reactions/*/@me', await sandbox.rest('PUT', `${reactions}/@me`))
    check('GET /channels/*/messages/*/reactions/*', await sandbox.rest('GET', reactions))
    await answered('GET', `${messages}/${id}`)
    await answered('GET', messages)
    await answered('DELETE', `${messages}/${id}`)
  })

  test('describes what the command routes answer', async () => {
    const { guild } = placeIn(sandbox)
    const command = {
      name: 'countdown',
      description: 'Counts',
      options: [
        {
          type: 1,
          name: 'start',
          description: 'Starts',
          options: [
            { type: 4, name: 'to', description: 'How far', required: true, min_value: 1, max_value: 9999 },
          ],
        },
      ],
    }
    for (const base of [
      `/applications/${BOT_ID}/commands`,
      `/applications/${BOT_ID}/guilds/${guild.id}/commands`,
    ]) {
      await answered('PUT', base, [command])
      const { id } = await answered('POST', base, { ...command, name: 'other' })
      await answered('GET', base)
      await answered('GET', `${base}/${id}`)
      await answered('PATCH', `${base}/${id}`, { description: 'Counts again' })
      await answered('DELETE', `${base}/${id}`)
    }
  })

  test('describes what the interaction routes answer', async () => {
    const { ada, general } = placeIn(sandbox)
    await sandbox.rest('PUT', `/applications/${BOT_ID}/commands`, [{ name: 'ask', description: 'Asks' }])
    const run = async () => {
      const { id } = await sandbox.control<{ id: string }>('POST', '/interactions', {
        userId: ada.id,
        channelId: general.id,
        command: 'ask',
      })
      const token = sandbox.core.interactions.get(id)?.token
      return { callback: `/interactions/${id}/${token}/callback`, hook: `/webhooks/${BOT_ID}/${token}` }
    }
    const route = 'POST /interactions/*/*/callback'
    const first = await run()
    check(
      route,
      await sandbox.rest('POST', `${first.callback}?with_response=true`, {
        type: 4,
        data: { content: 'hi' },
      }),
    )
    const hook = 'POST /webhooks/*/*'
    const followUp = await sandbox.rest('POST', first.hook, { content: 'more', flags: 64 })
    check(hook, followUp)
    const original = `${first.hook}/messages/@original`
    check('GET /webhooks/*/*/messages/*', await sandbox.rest('GET', original))
    check('PATCH /webhooks/*/*/messages/*', await sandbox.rest('PATCH', original, { content: 'changed' }))
    check('DELETE /webhooks/*/*/messages/*', await sandbox.rest('DELETE', original))
    const second = await run()
    check(
      route,
      await sandbox.rest('POST', `${second.callback}?with_response=true`, { type: 5, data: { flags: 64 } }),
    )
    const third = await run()
    check(
      route,
      await sandbox.rest('POST', third.callback, { type: 4, data: { content: 'no response wanted' } }),
    )
  })
})
