import { once } from 'node:events'
import { createServer } from 'node:net'
import { eventually, type ReceivedSpan, startOtlpReceiver } from '@shardlight/testing'
import { expect, it } from 'vitest'
import { runPipeline, startPipeline } from './run-pipeline.ts'

const GITHUB = {
  GITHUB_ACTIONS: 'true',
  GITHUB_WORKFLOW: 'Release',
  GITHUB_RUN_ID: '1234567890',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_REPOSITORY: 'shardlight/shardlight',
  GITHUB_SHA: 'a'.repeat(40),
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REF_NAME: 'main',
  GITHUB_REF_TYPE: 'branch',
}

const named = (spans: ReceivedSpan[], name: string): ReceivedSpan => {
  const span = spans.find(one => one.name === name)
  if (!span) throw new Error(`no span "${name}" among ${spans.map(one => one.name).join(', ')}`)
  return span
}

/** A server that takes connections and never answers. */
async function startSilence() {
  const sockets = new Set<{ destroy(): void }>()
  const server = createServer(socket => sockets.add(socket.on('error', () => {})))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

it('makes one trace of a run whose steps are separate processes, and tells nothing that is secret', async () => {
  await using receiver = await startOtlpReceiver()
  const env = {
    ...GITHUB,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20of-the-collector',
  }
  const begun = await runPipeline(['begin'], env)
  const startedMs = /PIPELINE_STARTED_MS='(\d+)'/.exec(begun.stdout)?.[1] ?? ''
  const nested = [process.execPath, 'infra/pipeline/src/main.ts', 'run', '--name', 'Lint', '--', 'true']
  const [tested, built] = await Promise.all([
    runPipeline(['run', '--name', 'Test', '--type', 'test', '--', ...nested], env),
    runPipeline(
      ['run', '--name', 'Build', '--', 'sh', '-c', 'echo said-by-it; exit 7', 'a-secret-argument'],
      env,
    ),
  ])
  await runPipeline(['run', '--name', 'Tag', '--arguments-are-safe', '--', 'echo', 'v1'], env)
  const ended = await runPipeline(['end', '--results', 'success failure skipped'], {
    ...env,
    PIPELINE_STARTED_MS: startedMs,
  })
  expect([tested.code, built.code, built.stdout, ended.code]).toEqual([0, 7, 'said-by-it\n', 0])

  const spans = receiver.spans()
  const root = named(spans, 'RUN Release')
  expect(new Set(spans.map(span => span.traceId)).size).toBe(1)
  expect(root).toMatchObject({
    // As the Collector's GitHub receiver makes them: of sha256("12345678902t") and sha256("12345678902s") it takes the
    // first and the second part.
    traceId: '175c9b5c1aa26ae202a9dd18ed193154',
    spanId: '2317eb85d7a2846f',
    kind: 'server',
    status: 'error',
    attributes: { 'cicd.pipeline.result': 'failure' },
  })
  for (const name of ['Test', 'Build', 'Tag']) expect(named(spans, name).parentSpanId).toBe(root.spanId)
  expect(named(spans, 'Lint').parentSpanId).toBe(named(spans, 'Test').spanId)
  expect(named(spans, 'Test').attributes).toMatchObject({
    'cicd.pipeline.task.name': 'Test',
    'cicd.pipeline.task.type': 'test',
    'cicd.pipeline.task.run.result': 'success',
  })
  expect(named(spans, 'Build')).toMatchObject({
    status: 'error',
    attributes: {
      'cicd.pipeline.task.run.result': 'failure',
      'error.type': 'exit_7',
      'process.exit.code': 7,
    },
  })
  expect(named(spans, 'Tag').attributes).toMatchObject({ 'process.command_args': ['echo', 'v1'] })
  expect(root.resource).toMatchObject({
    'cicd.pipeline.name': 'Release',
    'cicd.pipeline.run.id': '1234567890',
    'cicd.pipeline.run.url.full':
      'https://github.com/shardlight/shardlight/actions/runs/1234567890/attempts/2',
    'vcs.ref.head.revision': 'a'.repeat(40),
    'vcs.repository.name': 'shardlight',
  })

  const requests = receiver.requests()
  expect(new Set(requests.map(({ headers }) => headers['authorization']))).toEqual(
    new Set(['Bearer of-the-collector']),
  )
  const told = requests.map(({ body }) => body.toString('utf8')).join('\n')
  expect(told).not.toMatch(/a-secret-argument|said-by-it|of-the-collector/)
})

it('passes the trace on to the command, but nothing that makes its programs send traces of their own', async () => {
  await using receiver = await startOtlpReceiver()
  const { stdout } = await runPipeline(['run', '--name', 'Show', '--', 'env'], {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
  })
  const span = named(receiver.spans(), 'Show')
  expect(stdout).toContain(`TRACEPARENT=00-${span.traceId}-${span.spanId}-01\n`)
  expect(stdout).not.toContain('OTEL_')
  expect(span.parentSpanId).toBeUndefined()
})

it('only runs the step where no endpoint is set', async () => {
  const { code, stdout, stderr } = await runPipeline([
    'run',
    '--name',
    'Show',
    '--',
    'sh',
    '-c',
    'env; exit 4',
  ])
  expect([code, stderr]).toEqual([4, ''])
  expect(stdout).not.toContain('TRACEPARENT')
})

it.each([
  ['nobody listens', 'http://127.0.0.1:9'],
  ['the address is none', 'collector:4318'],
])('keeps a green step green, with one line, where %s', async (_, endpoint) => {
  const { code, stdout, stderr } = await runPipeline(['run', '--name', 'Test', '--', 'echo', 'fine'], {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  })
  expect([code, stdout]).toEqual([0, 'fine\n'])
  expect(stderr).toMatch(/^pipeline: .+\n$/)
})

it('waits no longer than it says for a collector that hangs, and harms nothing when it refuses', async () => {
  await using silence = await startSilence()
  const hung = await runPipeline(['run', '--name', 'Test', '--', 'true'], {
    OTEL_EXPORTER_OTLP_ENDPOINT: silence.url,
  })
  expect([hung.code, hung.stderr]).toEqual([0, expect.stringMatching(/"Test" is lost.*timeout/)])

  await using receiver = await startOtlpReceiver()
  receiver.answer(503)
  const refused = await runPipeline(['run', '--name', 'Test', '--', 'true'], {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
  })
  expect([refused.code, refused.stderr]).toEqual([
    0,
    'pipeline: the span of "Test" is lost: it answered 503\n',
  ])
})

it('forwards a signal to the whole step, keeps the code that it ends with, and calls that a cancellation', async () => {
  await using receiver = await startOtlpReceiver()
  const script = 'trap "echo asked; exit 9" TERM; echo ready; for _ in $(seq 1200); do sleep 0.05; done'
  const run = startPipeline(['run', '--name', 'Long', '--', 'sh', '-c', script], {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
  })
  await eventually('the step runs', () => run.stdout().includes('ready'))
  run.child.kill('SIGTERM')
  expect(await run.ended).toMatchObject({ code: 9, stdout: 'ready\nasked\n' })
  expect(named(receiver.spans(), 'Long')).toMatchObject({
    status: 'unset',
    attributes: { 'cicd.pipeline.task.run.result': 'cancellation' },
  })
})

it('dies of the signal that its step died of', async () => {
  const { code, signal } = await runPipeline(['run', '--name', 'Crash', '--', 'sh', '-c', 'kill -KILL $$'])
  expect([code, signal]).toEqual([null, 'SIGKILL'])
})

it('answers as a shell does for a command that is not there, and tells who uses it wrongly how it is used', async () => {
  expect((await runPipeline(['run', '--name', 'Test', '--', 'no-such-command'])).code).toBe(127)
  const wrong = await runPipeline(['run', '--', 'true'])
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('usage:')])
})
