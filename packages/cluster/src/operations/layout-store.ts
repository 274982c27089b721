import { join } from 'node:path'
import { type Database, migrate } from '@shardlight/database'

type Stored = { configured: string; totalShards: number; generation: number }

export type LayoutStore = {
  /**
   * How many shards the bot has: as many as it was last resharded to, unless its configuration was changed since.
   * A change makes a new generation.
   * @param configured `TOTAL_SHARDS` as it is written
   * @param totalShards what that means today
   */
  settle(configured: string, totalShards: number): Promise<{ totalShards: number; generation: number }>
  /** Keeps what the bot was resharded to. */
  keep(layout: Stored): Promise<void>
}

/** The layout of a bot's shards, which outlives its managers. */
export async function openLayoutStore({
  database,
  cluster,
}: {
  database: Database
  cluster: string
}): Promise<LayoutStore> {
  const directory = join(import.meta.dirname, '..', '..', 'migrations', 'layout')
  await migrate(database, { name: 'layout', directory })

  const keep = async ({ configured, totalShards, generation }: Stored) => {
    await database.query(
      `INSERT INTO cluster_layouts (cluster, configured, total_shards, generation) VALUES ($1, $2, $3, $4)
       ON CONFLICT (cluster) DO UPDATE SET configured = $2, total_shards = $3, generation = $4
       WHERE cluster_layouts.generation <= $4`,
      [cluster, configured, totalShards, generation],
    )
  }

  return {
    keep,
    async settle(configured, totalShards) {
      const [stored] = await database.query<Stored>(
        `SELECT configured, total_shards AS "totalShards", generation FROM cluster_layouts WHERE cluster = $1`,
        [cluster],
      )
      if (stored?.configured === configured) return stored
      const isSame = !stored || stored.totalShards === totalShards
      const generation = (stored?.generation ?? 0) + (isSame ? 0 : 1)
      await keep({ configured, totalShards, generation })
      return { totalShards, generation }
    },
  }
}
