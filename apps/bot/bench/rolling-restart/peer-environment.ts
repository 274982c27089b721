import { z } from 'zod'

/** What the benchmark tells the manager of a peer, and this its shard processes. */
export const peerEnvironment = z
  .object({
    MODE: z.enum(['rolling', 'gracefulSwitch', 'respawnAll']),
    NOTES: z.string(),
    DISCORD_API_URL: z.string(),
    DISCORD_TOKEN: z.string(),
  })
  .parse(process.env)
