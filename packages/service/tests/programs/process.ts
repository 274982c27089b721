import { setTimeout as sleep } from 'node:timers/promises'
import { createLog, port, readConfig, runProcess } from '../../src/index.ts'

/** A process for the tests: behaves as the variable BEHAVIOUR says. */
runProcess(
  'example',
  async ({ end }) => {
    const behaviour = process.env['BEHAVIOUR']
    if (behaviour === 'bad configuration')
      readConfig({ PORT_A: port(1), PORT_B: port(2) }, { PORT_A: 'x', PORT_B: 'y' })
    if (behaviour === 'cannot start') throw new Error('the door is locked', { cause: new Error('no key') })
    if (behaviour === 'logs secrets') {
      const log = createLog({ name: 'example', secrets: ['s3cr3t-token'] })
      log.info({ token: 'another', request: { authorization: 'Bot x' } }, 'with s3cr3t-token inside')
    }
    if (behaviour === 'rejects later') setTimeout(() => void Promise.reject(new Error('too late')), 50)
    if (behaviour === 'ends itself') setTimeout(() => end(new Error('the reason why')), 50)
    const timer = setInterval(() => {}, 1_000)
    console.log('started')
    return {
      async [Symbol.asyncDispose]() {
        clearInterval(timer)
        if (behaviour === 'hangs while stopping') await sleep(60_000)
        console.log('stopped')
      },
    }
  },
  { stopTimeoutMs: 500 },
)
