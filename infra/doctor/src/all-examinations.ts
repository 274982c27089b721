import { database } from './checks/database.ts'
import { discord } from './checks/discord.ts'
import { disk } from './checks/disk.ts'
import { examined } from './checks/examined.ts'
import { flags } from './checks/flags.ts'
import { kafka } from './checks/kafka.ts'
import { ports } from './checks/ports.ts'
import { redis } from './checks/redis.ts'
import { status } from './checks/status.ts'
import { telemetry } from './checks/telemetry.ts'
import { variables } from './checks/variables.ts'
import { versions } from './checks/versions.ts'
import { wikipedia } from './checks/wikipedia.ts'
import type { Deployment } from './deployment.ts'
import type { Examination } from './finding.ts'

/** In the order in which they are told. */
export const allExaminations = (deployment: Deployment): Examination[] => [
  examined(deployment),
  versions(),
  variables(deployment),
  disk(deployment),
  ports(deployment),
  database(deployment),
  redis(deployment),
  discord(deployment),
  status(deployment),
  wikipedia(deployment),
  kafka(deployment),
  telemetry(deployment),
  flags(deployment),
]
