import type { NoticeLevel } from '@shardlight/shard-registry'
import type { Incident, IncidentUpdate } from '@shardlight/status-client'
import { useMemo } from 'preact/hooks'
import { NoticeSign } from '../notices/notice-sign.tsx'
import { useTongue, useWords } from '../words/use-words.ts'
import { createIncidentText } from './incident-text.ts'
import { incidentWords } from './incident-words.ts'

/** The one update that is shown at once: of what people have planned or written, their own words where there are any. */
function foremost(
  kind: Incident['kind'],
  newestFirst: readonly IncidentUpdate[],
): IncidentUpdate | undefined {
  const written = kind === 'outage' ? undefined : newestFirst.find(({ by }) => by === 'operator')
  return written ?? newestFirst[0]
}

/** Told apart by shape too: an octagon, a triangle or a circle. */
function levelOf({ kind, impact }: Incident): NoticeLevel {
  if (kind === 'maintenance' || impact === 'none') return 'info'
  return impact === 'minor' ? 'warning' : 'problem'
}

function Updates({
  updates,
  nowMs,
  statusAbove,
}: {
  updates: readonly IncidentUpdate[]
  nowMs: number
  /** The status that stands above already. */
  statusAbove?: IncidentUpdate['status']
}) {
  const tongue = useTongue()
  const words = useWords(incidentWords)
  const text = useMemo(() => createIncidentText(tongue), [tongue])
  return (
    <ol class="incident-updates">
      {updates.map(update => (
        <li key={update.id}>
          <p class="incident-status">
            {update.status !== statusAbove && <strong>{words.status[update.status]}</strong>}
            <time dateTime={new Date(update.atMs).toISOString()}>{tongue.moment(update.atMs, nowMs)}</time>
          </p>
          <p class="incident-text">{text.update(update)}</p>
        </li>
      ))}
    </ol>
  )
}

/** One incident: what it is about, and what was said of it, the newest first. */
export function IncidentItem({
  incident,
  nowMs,
  isPast = false,
}: {
  incident: Incident
  nowMs: number
  /** Then its updates are shown when somebody asks for them. */
  isPast?: boolean
}) {
  const tongue = useTongue()
  const words = useWords(incidentWords)
  const text = useMemo(() => createIncidentText(tongue), [tongue])
  const { id, cluster, kind, status, shards, remaining, updates } = incident
  const level = levelOf(incident)
  const isPartlyBack = remaining.length > 0 && JSON.stringify(remaining) !== JSON.stringify(shards)
  const about = [
    kind !== 'outage' && words.kind[kind],
    cluster,
    kind === 'note' && shards.length > 0 && text.shards(shards),
    text.when(incident, nowMs),
    isPartlyBack && words.stillDown(text.shards(remaining)),
  ]
  const newestFirst = updates.toReversed()
  const first = isPast ? undefined : foremost(kind, newestFirst)
  const more = newestFirst.filter(update => update !== first)
  const Heading = isPast ? 'h4' : 'h2'
  return (
    <article class={`incident incident-${isPast ? 'past' : level}`} id={`incident-${id}`}>
      <NoticeSign level={level} />
      <div class="incident-words">
        <Heading>
          {text.title(incident)} <span class="incident-badge">{words.status[status]}</span>
        </Heading>
        <p class="incident-about">{about.filter(Boolean).join(' · ')}</p>
        {first && <Updates updates={[first]} nowMs={nowMs} statusAbove={status} />}
        {more.length > 0 && (
          <details class="incident-more">
            <summary>
              {first === newestFirst[0] ? words.earlier(more.length) : words.updates(more.length)}
            </summary>
            <Updates updates={more} nowMs={nowMs} />
          </details>
        )}
      </div>
    </article>
  )
}
