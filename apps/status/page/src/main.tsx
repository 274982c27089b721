import { render } from 'preact'
import { App } from './app.tsx'
import { readBrand } from './brand.ts'
import { type Connection, followFeed } from './fleet/feed.ts'
import { createFleet } from './fleet/fleet.ts'
import { createIncidents } from './incidents/incidents.ts'
import { guildOfAddress } from './lookup/guild-address.ts'
import { TongueContext } from './words/use-words.ts'
import { visitorTongue } from './words/visitor-tongue.ts'

/** What was served of incidents stands so long, if they cannot be read; nothing else waits for more. */
const INCIDENTS_WAIT_MS = 2_000

/** What the visitor has typed into the page as it was served, before the script took over. */
function typedInto(root: HTMLElement): string | undefined {
  const field = root.querySelector<HTMLInputElement>('#guild')
  return field && field.value !== field.defaultValue ? field.value : undefined
}

/** What the server wrote stands, and works, until there is something live to put in its place. */
function takeOver(root: HTMLElement): void {
  const fleet = createFleet()
  const incidents = createIncidents()
  const tongue = visitorTongue()
  const brand = readBrand(document.body.dataset['brand'])
  let typedAtFirst: string | undefined
  let isTaken = false
  let latest: Connection | undefined
  let isWaiting = false
  let hasWaited = false

  function show(connection: Connection): void {
    latest = connection
    if (connection.lastFrameAtMs === undefined || fleet.clusters().length === 0) return
    const { open, isAway } = incidents.seen()
    // Without them planned maintenance is a false alarm, and all that is below them jumps twice.
    if (!isTaken && open === undefined && !isAway && !hasWaited) {
      if (!isWaiting) setTimeout(endWait, INCIDENTS_WAIT_MS)
      isWaiting = true
      return
    }
    if (!isTaken) typedAtFirst = typedInto(root)
    isTaken = true
    render(
      <TongueContext.Provider value={tongue}>
        <App
          fleet={fleet}
          connection={connection}
          incidents={incidents}
          brand={brand}
          guildAtFirst={guildOfAddress(location)}
          typedAtFirst={typedAtFirst}
        />
      </TongueContext.Provider>,
      root,
    )
  }

  function showLatest(): void {
    if (latest && !isTaken) show(latest)
  }

  function endWait(): void {
    hasWaited = true
    showLatest()
  }

  incidents.subscribe(showLatest)
  incidents.look()
  followFeed({
    address: () => new URL('/api/v2/feed', location.href.replace(/^http/, 'ws')),
    onFrame: frame => {
      fleet.apply(frame)
      if (frame.op === 'beat' && frame.incidents !== undefined) incidents.look(frame.incidents)
    },
    onConnection: show,
  })
}

const root = document.getElementById('app')
if (root) takeOver(root)
