import { flag, host, logLevel, port, wholeNumber } from '@shardlight/service'
import { z } from 'zod'
import { SANDBOX_TOKEN } from './credentials.ts'

export const sandboxVariables = {
  SANDBOX_PORT: port(3100),
  SANDBOX_HOST: host(),
  SANDBOX_TOKEN: z.string().min(1).default(SANDBOX_TOKEN),
  SANDBOX_GUILDS: wholeNumber(0, 200_000).default(8),
  SANDBOX_MAX_CONCURRENCY: wholeNumber(1, 128).default(1),
  SANDBOX_OPEN: flag(),
  SANDBOX_FILE: z.string().optional(),
  SANDBOX_CHANGES_PER_SECOND: wholeNumber(0, 100_000).default(0),
  LOG_LEVEL: logLevel(),
}
