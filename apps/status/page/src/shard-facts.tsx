import type { ShardAnswer } from '@shardlight/status-client'
import { ago, count, duration, moment } from './format.ts'

/** Since when, ping, servers, process and age, where they are known. */
export function ShardFacts({ details, nowMs }: { details: ShardAnswer; nowMs: number }) {
  const { stateName, sinceMs, pingMs, guilds, process, lastHealthyMs } = details
  const facts: [name: string, value: string | undefined][] = [
    [
      `${stateName} since`,
      sinceMs === null ? undefined : `${moment(sinceMs, nowMs)} (${duration(nowMs - sinceMs)})`,
    ],
    ['Ping', pingMs === null ? undefined : `${Math.round(pingMs)} ms`],
    ['Servers', guilds === null ? undefined : count(guilds)],
    ['Process', process === null ? undefined : process.id],
    ['Last heard', lastHealthyMs === null ? undefined : ago(nowMs - lastHealthyMs)],
  ]
  const known = facts.filter(([, value]) => value !== undefined)
  if (known.length === 0) return <p class="facts-none">Nothing more is known of it yet.</p>
  return (
    <dl class="facts">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
