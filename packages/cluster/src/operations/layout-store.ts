import { join } from 'node:path'
import { type Database, migrate, type Queryable } from '@shardlight/database'

type Stored = { configured: string; totalShards: number; generation: number }

export type LayoutStore = {
  /**
   * How many shards the bot has: as many as it was last resharded to, unless its configuration was changed since; with
   * `auto` also until Discord recommends more than twice as many. A change is a new generation.
   * @param configured `TOTAL_SHARDS` as it is written
   * @param totalShards what that means today
   */
  read(configured: string, totalShards: number): Promise<{ totalShards: number; generation: number }>
  /** Keeps it; one of an earlier generation changes nothing. @param on a transaction in which it is kept */
  keep(layout: Stored, on?: Queryable): Promise<void>
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

  return {
    async keep({ configured, totalShards, generation }, on = database) {
      await on.query(
        `INSERT INTO cluster_layouts (cluster, configured, total_shards, generation) VALUES ($1, $2, $3, $4)
         ON CONFLICT (cluster) DO UPDATE SET configured = $2, total_shards = $3, generation = $4
         WHERE cluster_layouts.generation <= $4`,
        [cluster, configured, totalShards, generation],
      )
    },
    async read(configured, totalShards) {
      const [stored] = await database.query<Stored>(
        `SELECT configured, total_shards AS "totalShards", generation FROM cluster_layouts WHERE cluster = $1`,
        [cluster],
      )
      if (!stored) return { totalShards, generation: 0 }
      const isOutgrown = configured === 'auto' && totalShards > 2 * stored.totalShards
      const isMeant = stored.configured === configured && !isOutgrown
      if (isMeant || stored.totalShards === totalShards)
        return { totalShards: stored.totalShards, generation: stored.generation }
      return { totalShards, generation: stored.generation + 1 }
    },
  }
}
