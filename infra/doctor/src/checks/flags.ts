import { resolve } from 'node:path'
import { z } from 'zod'
import type { Deployment } from '../deployment.ts'
import { bad, doubt, type Examination, good } from '../finding.ts'
import { runOwn } from './run-own.ts'

const WHAT_TO_DO = 'mend the file; the last good one holds meanwhile (packages/flags/README.md)'

const answer = z.union([
  z.object({ states: z.string(), doubts: z.array(z.string()) }),
  z.object({ problem: z.string() }),
])

export const flags = ({ root, environment, read }: Deployment): Examination => ({
  name: 'flags',
  todo: WHAT_TO_DO,
  isWork: true,
  async run(signal) {
    const file = read('FLAGS_FILE')
    if (file === undefined) return [good('no FLAGS_FILE: every feature is on')]
    const output = await runOwn('read-flags.ts', { args: [resolve(root, file)], environment, signal })
    const found = answer.parse(JSON.parse(output))
    if ('problem' in found) return [bad(`${file}: ${found.problem}`, WHAT_TO_DO)]
    return [good(found.states), ...found.doubts.map(one => doubt(one, 'look at the file once more'))]
  },
})
