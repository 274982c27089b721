import { z } from 'zod'

/** What the benchmark tells a manager of any contender, and this its shard processes. */
export const {
  CONTENDER,
  NOTES,
  SESSIONS,
  DATABASE_URL,
  APPLICATION,
  DISCORD_API_URL,
  DISCORD_TOKEN,
  ...numbers
} = z
  .object({
    CONTENDER: z.enum(['ours', 'hybrid', 'sharding']),
    NOTES: z.string(),
    SESSIONS: z.string(),
    DATABASE_URL: z.string(),
    /** For whom IDENTIFYs are recorded: another one for each run. */
    APPLICATION: z.string(),
    DISCORD_API_URL: z.string(),
    DISCORD_TOKEN: z.string(),
    PER_PROCESS: z.coerce.number(),
    MAX_CONCURRENCY: z.coerce.number(),
    WINDOW_MS: z.coerce.number(),
    SCALE: z.coerce.number(),
  })
  .parse(process.env)
