import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { findFreePort } from './free-port.ts'
import { startGuarded } from './guarded.ts'

const run = promisify(execFile)

const root = join(import.meta.dirname, '..', '..', '..')
const POM = join(import.meta.dirname, '..', 'kafka', 'pom.xml')
/** Named after what it holds, so that another version does not take it for its own. */
const JARS = join(root, '.toolchain', 'kafka-4.1.0')
const FETCH_MS = 300_000
const START_MS = 60_000
const CLUSTER_ID = 'c2hhcmRsaWdodC1rYWZrYQ'
const JAVA = ['java', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', `${JARS}/*`]

export const HOW_TO_GET_KAFKA =
  'install Java 17 and Maven (Debian: apt-get install openjdk-17-jre-headless maven), which fetch the broker'

const answers = (command: string) =>
  run(command, ['-version']).then(
    () => true,
    () => false,
  )

/** Takes the broker's jars from the Maven repository, once. @returns false where Java or Maven are absent. */
export async function fetchKafka(): Promise<boolean> {
  if (!(await answers('java'))) return false
  if (existsSync(JARS)) return true
  if (!(await answers('mvn'))) return false
  await mkdir(join(root, '.toolchain'), { recursive: true })
  const directory = await mkdtemp(`${JARS}-`)
  try {
    await cp(POM, join(directory, 'pom.xml'))
    const goal = ['-B', '-q', 'dependency:copy-dependencies', '-DoutputDirectory=jars']
    await run('mvn', goal, { cwd: directory, timeout: FETCH_MS })
    // Another process may have been quicker; its jars are as good.
    await rename(join(directory, 'jars'), JARS).catch(error => {
      if (!existsSync(JARS)) throw error
    })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
  return true
}

const settings = ({ port, controllerPort, data }: { port: number; controllerPort: number; data: string }) => `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
controller.listener.names=CONTROLLER
log.dirs=${data}
num.partitions=4
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
`

/**
 * A private Kafka of one broker (KRaft), whose data is gone with it.
 * @returns undefined where Java or Maven are absent.
 */
export async function startKafka(): Promise<(AsyncDisposable & { brokers: string }) | undefined> {
  if (!(await fetchKafka())) return undefined
  await using opened = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'shardlight-kafka-'))
  opened.defer(() => rm(directory, { recursive: true, force: true }))
  const [port, controllerPort] = [await findFreePort(), await findFreePort()]
  const file = join(directory, 'server.properties')
  await writeFile(file, settings({ port, controllerPort, data: join(directory, 'data') }))
  const [java = '', ...options] = JAVA
  await run(java, [...options, 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', file])
  let ready = () => {}
  const isReady = new Promise<'ready'>(done => {
    ready = () => done('ready')
  })
  const server = opened.use(
    startGuarded([...JAVA, 'kafka.Kafka', file], {
      signal: 'TERM',
      onOutput: text => text.includes('Kafka Server started') && ready(),
    }),
  )
  const late = sleep(START_MS, `not ready within ${START_MS} ms`, { ref: false })
  const outcome = await Promise.race([isReady, server.ended, late])
  if (outcome !== 'ready') throw new Error(`Kafka did not start on port ${port}: ${outcome.trim()}`)
  const stack = opened.move()
  return { brokers: `127.0.0.1:${port}`, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
