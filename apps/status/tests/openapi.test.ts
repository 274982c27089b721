import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { Validator } from '@seriousme/openapi-schema-validator'
import { createStatusClient, type ProcessPush } from '@shardlight/status-client'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { routesOf } from '../src/doors/route-list.ts'
import { createRecordedApp, OPERATOR } from './recorded-app.ts'
import { createTestApp, PASSPHRASE, TOKEN } from './test-app.ts'

const GUILD = '1161574221348863930'

const operationSchema = z.looseObject({
  summary: z.string().min(1),
  parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })).default([]),
  requestBody: z.looseObject({ content: z.record(z.string(), z.looseObject({})) }).optional(),
  responses: z.record(
    z.string(),
    z.looseObject({ content: z.record(z.string(), z.looseObject({})).default({}) }),
  ),
})
const documentSchema = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operationSchema)) })

const test = await createRecordedApp({ STATUS_ACCENT: '#336699' })
afterAll(() => test[Symbol.asyncDispose]())
await test.app.ready()
const document = documentSchema.parse((await test.app.inject('/openapi.json')).json())

const BUILT_PAGE = join(import.meta.dirname, '..', 'page', 'dist')
const templateOf = (url: string) => url.replace(/:(\w+)/g, '{$1}')
const listed = routesOf(test.app)
  // HEAD is there wherever GET is, and files of the page are named by their content.
  .filter(({ method, url }) => method !== 'HEAD' && (url === '/' || !existsSync(join(BUILT_PAGE, url))))
  .map(({ method, url }) => `${method} ${templateOf(url)}`)

const ajv = new Ajv2020({
  strict: false,
  allErrors: true,
  formats: {
    date: /^\d{4}-\d\d-\d\d$/,
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
    uri: text => URL.canParse(text),
  },
})
ajv.addSchema(document, 'openapi')

/** What a schema of the document has against a value; nothing when it fits. */
function problemsOf(pointer: string[], value: unknown): string[] {
  const escaped = pointer.map(part => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
  const validate = ajv.compile({ $ref: `openapi#/${escaped.join('/')}` })
  if (validate(value)) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

type Answer = { statusCode: number; headers: Record<string, unknown>; body: string }

/** Whether an answer is one that the document says this operation gives. */
function checkAnswer(path: string, method: string, answer: Answer): void {
  const described = document.paths[path]?.[method]?.responses[String(answer.statusCode)]
  expect(described, `${method} ${path} answers ${answer.statusCode}, which is not described`).toBeDefined()
  if (answer.body === '') return
  const mediaType = String(answer.headers['content-type']).split(';')[0] ?? ''
  expect(Object.keys(described?.content ?? {}), `${method} ${path} ${answer.statusCode}`).toContain(mediaType)
  if (!mediaType.endsWith('json')) return
  const at = ['paths', path, method, 'responses', String(answer.statusCode), 'content', mediaType, 'schema']
  expect(problemsOf(at, JSON.parse(answer.body)), `${method} ${path} ${answer.statusCode}`).toEqual([])
}

const fill = (path: string, values: Record<string, string>) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? 'x'))

const HERE = { cluster: 'main', id: '134', guildId: GUILD, state: '3' }
const NOWHERE = { cluster: 'nobody', id: '99999', guildId: 'what', state: '9' }

beforeAll(async () => {
  await test.push({
    totalShards: 360,
    process: { id: 'p0', pid: 42, version: '1.2.3', startedAtMs: 5, memoryBytes: 6 },
    shards: [{ id: 134, state: 3, pingMs: 41, guilds: 7 }],
  })
  await test.tell({
    source: 'manager',
    notices: [{ id: 'one', level: 'warning', text: 'a word', shards: [134] }],
  })
  const hour = 3_600_000
  const plan = { startsAtMs: Date.now() + hour, endsAtMs: Date.now() + 2 * hour }
  await test.operate('incidents', { title: 'Slow', text: 'We look.', impact: 'major', shards: [134] })
  await test.operate('incidents', { title: 'It was slow', text: 'It is not.', status: 'resolved' })
  await test.operate('maintenance', { title: 'A new database', text: 'Soon.', ...plan })
})

describe('/openapi.json', () => {
  it('is OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(document))
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
  })

  it('describes every route there is, and none that there is not', () => {
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map(method => `${method.toUpperCase()} ${path}`),
    )
    expect(described.sort()).toEqual([...new Set(listed)].sort())
  })

  it('names every parameter of a path', () => {
    for (const [path, operations] of Object.entries(document.paths))
      for (const { parameters } of Object.values(operations)) {
        const inPath = parameters.filter(parameter => parameter.in === 'path').map(({ name }) => name)
        expect(inPath.sort(), path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort())
      }
  })

  it.each(
    Object.entries(document.paths)
      .filter(([, { get }]) => get)
      .map(([path]) => path),
  )('says what GET %s answers, whether there is something or not', async path => {
    for (const values of [HERE, { ...HERE, id: '1' }, NOWHERE]) {
      const url = fill(path, values)
      const answer = await test.app.inject(url)
      checkAnswer(path, 'get', answer)
      const { etag } = answer.headers
      if (etag === undefined) continue
      const again = await test.app.inject({ url, headers: { 'if-none-match': etag } })
      expect([200, 304]).toContain(again.statusCode)
      checkAnswer(path, 'get', again)
    }
  })

  it.each(
    Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter(method => method !== 'get')
        .map(method => [method, path] as const),
    ),
  )('says what is answered to a %s %s that is refused', async (method, path) => {
    const url = fill(path, HERE)
    const ask = (headers: Record<string, string>, payload: string) =>
      test.app.inject({ method: method as 'POST', url, headers, payload })
    const authorization = path.startsWith('/api/v2/')
      ? `Bearer ${/shards|notices/.test(path) ? TOKEN : OPERATOR}`
      : PASSPHRASE
    const type = { 'content-type': 'application/json' }
    checkAnswer(path, method, await ask(type, '{}'))
    checkAnswer(path, method, await ask({ ...type, authorization: 'Bearer wrong' }, '{}'))
    checkAnswer(path, method, await ask({ ...type, authorization }, '{'))
    checkAnswer(path, method, await ask({ ...type, authorization }, '{}'))
    checkAnswer(path, method, await ask({ ...type, authorization }, `"${'x'.repeat(4_200_000)}"`))
    checkAnswer(path, method, await ask({ authorization, 'content-type': 'text/plain' }, 'x'))
  })
})

it('says that there is nothing where nothing is configured', async () => {
  await using bare = await createTestApp()
  checkAnswer('/brand.css', 'get', await bare.app.inject('/brand.css'))
})

describe('the client', () => {
  it('asks what the document describes, with bodies that fit', async () => {
    const asked: { method: string; path: string; body: unknown }[] = []
    const server = createServer(async (request, reply) => {
      const body: unknown = await json(request)
      asked.push({ method: request.method ?? '', path: request.url ?? '', body })
      reply.writeHead(204).end()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const push: ProcessPush = {
      totalShards: 2,
      generation: 1,
      process: { id: 'p0', pid: 1, version: '1', startedAtMs: 1, memoryBytes: 1 },
      shards: [{ id: 0, state: 3, pingMs: null, guilds: 3 }],
    }
    await using client = createStatusClient({ url: `http://127.0.0.1:${port}`, token: 't', cluster: 'main' })
    await client.push(push)
    await client.setNotices({ source: 'manager', notices: [{ id: 'a', level: 'info', text: 'word' }] })
    server.close()
    expect(asked).toHaveLength(2)
    for (const { method, path, body } of asked) {
      const template = path.replace('/main/', '/{cluster}/')
      const operation = document.paths[template]?.[method.toLowerCase()]
      expect(operation?.requestBody, `${method} ${template}`).toBeDefined()
      const at = [
        'paths',
        template,
        method.toLowerCase(),
        'requestBody',
        'content',
        'application/json',
        'schema',
      ]
      expect(problemsOf(at, body)).toEqual([])
    }
  })
})
