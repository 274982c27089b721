import { reasonOf } from '@shardlight/service'
import type { Deployment } from '../deployment.ts'
import { bad, doubt, type Examination, type Finding, good } from '../finding.ts'
import { reach } from './reach.ts'

const WHAT_TO_DO = 'is the broker running, and is KAFKA_BROKERS right?'

export const kafka = ({ read }: Deployment): Examination => ({
  name: 'Kafka',
  todo: WHAT_TO_DO,
  async run(signal) {
    const brokers = read('KAFKA_BROKERS')?.split(',') ?? []
    if (brokers.length === 0) return [good('not used')]
    const found = await Promise.all(
      brokers.map(async (broker): Promise<{ isThere: boolean; finding: Finding }> => {
        const [host = '', port = ''] = broker.split(':')
        try {
          await reach(host, Number(port), signal)
          return { isThere: true, finding: good(`${broker} can be reached`) }
        } catch (error) {
          return { isThere: false, finding: doubt(`${broker}: ${reasonOf(error)}`, WHAT_TO_DO) }
        }
      }),
    )
    if (found.some(({ isThere }) => isThere)) return found.map(({ finding }) => finding)
    return found.map(({ finding }) => bad(finding.what, WHAT_TO_DO))
  },
})
