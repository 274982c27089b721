import { useState } from 'preact/hooks'
import { addressWith } from '../lookup/guild-address.ts'
import { pageWords } from '../page-words.ts'
import { useWords } from '../words/use-words.ts'

export type View = 'grid' | 'table'

const viewOf = (search: string): View =>
  new URLSearchParams(search).get('view') === 'table' ? 'table' : 'grid'

/** How the shards are shown: by the address, so that it can be linked, and as switched since. */
export function useView(): [View, (view: View) => void] {
  const [view, setView] = useState(() => viewOf(location.search))
  return [
    view,
    next => {
      history.replaceState(null, '', addressOf(next))
      setView(next)
    },
  ]
}

const addressOf = (view: View) =>
  addressWith(location.pathname, location.search, { view: view === 'table' ? view : '' })

/** Switches between the grid and the table; links, so that either can be opened elsewhere. */
export function ViewSwitch({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  const words = useWords(pageWords)
  return (
    <nav class="view-switch" aria-label={words.views}>
      {(['grid', 'table'] as const).map(each => (
        <a
          key={each}
          href={addressOf(each)}
          aria-current={each === view ? 'true' : undefined}
          onClick={event => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return
            event.preventDefault()
            onChange(each)
          }}
        >
          {words[each]}
        </a>
      ))}
    </nav>
  )
}
