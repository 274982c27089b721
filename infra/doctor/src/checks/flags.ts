import { describeFlagsFile } from '@shardlight/flags'
import type { Deployment } from '../deployment.ts'
import { doubt, type Examination, good } from '../finding.ts'

export const flags = ({ read }: Deployment): Examination => ({
  name: 'flags',
  todo: 'mend the file; the last good one holds meanwhile (packages/flags/README.md)',
  longestMs: 30_000,
  async run() {
    const file = read('FLAGS_FILE')
    if (file === undefined) return [good('no FLAGS_FILE: every feature is on')]
    // Only here, and heavy: features draw and speak.
    const { allFeatures } = await import('@shardlight/features')
    const names = allFeatures.map(({ name }) => name)
    const { states, doubts } = await describeFlagsFile(file, names)
    return [good(states), ...doubts.map(one => doubt(one, 'look at the file once more'))]
  },
})
