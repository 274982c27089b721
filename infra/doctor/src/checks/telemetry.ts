import type { Deployment } from '../deployment.ts'
import { type Examination, good } from '../finding.ts'
import { reach } from './reach.ts'

export const telemetry = ({ read }: Deployment): Examination => ({
  name: 'traces',
  todo: 'is the collector running, and is OTEL_EXPORTER_OTLP_ENDPOINT right? Nothing else depends on it',
  async run(signal) {
    const endpoint = read('OTEL_EXPORTER_OTLP_ENDPOINT')
    if (endpoint === undefined) return [good('off')]
    const { hostname, port, protocol } = new URL(endpoint)
    await reach(hostname.replace(/^\[|\]$/g, ''), Number(port || (protocol === 'https:' ? 443 : 80)), signal)
    return [good(`a collector listens at ${hostname}`)]
  },
})
