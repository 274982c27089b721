import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { allExaminations } from './all-examinations.ts'
import { readDeployment } from './deployment.ts'
import { examine } from './examine.ts'
import { describe, describeAsJson, secretsOf } from './report.ts'

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const root = join(import.meta.dirname, '..', '..', '..')
const deployment = readDeployment(root, process.env)
const findings = await examine(allExaminations(deployment))
const secrets = secretsOf(deployment.environment, deployment.read)
console.log(values.json ? describeAsJson(findings, secrets) : describe(findings, secrets))
// What hangs has been told; it shall not keep the process.
process.exit(findings.some(({ level }) => level === 'bad') ? 1 : 0)
