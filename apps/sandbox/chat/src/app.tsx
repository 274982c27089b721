import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Composer } from './composer/composer.tsx'
import { MessageList } from './messages/message-list.tsx'
import { ModalDialog } from './modal-dialog.tsx'
import { Members } from './sidebar/members.tsx'
import { Sidebar } from './sidebar/sidebar.tsx'
import { botName, channelId, channelName, guild, isConnected, userId, world } from './store.ts'

/** Three columns where there is room; on a phone the first one is a drawer. */
export function App() {
  const isOpen = useSignal(false)
  const open = (next: boolean) => {
    isOpen.value = next
  }
  useEffect(() => {
    isOpen.value = false
  }, [channelId.value, userId.value])
  if (!world.value) return <p class="waiting">Looking for the sandbox …</p>
  const name = guild.value ? `#${channelName.value}` : botName.value
  return (
    <div class="chat" data-drawer={isOpen.value ? 'open' : 'closed'}>
      <Sidebar />
      <button
        type="button"
        class="shade"
        aria-label="Close the channels"
        tabIndex={-1}
        onClick={() => open(false)}
      />
      <main class="room" onKeyDown={event => event.key === 'Escape' && open(false)}>
        <header class="room-head">
          <button
            type="button"
            class="menu"
            aria-label="Channels"
            aria-expanded={isOpen.value}
            onClick={() => open(!isOpen.value)}
          >
            ☰
          </button>
          <h1>{name}</h1>
          <span class="room-guild">{guild.value?.name ?? 'Direct message'}</span>
          {!isConnected.value && (
            <span class="lost" role="status">
              reconnecting …
            </span>
          )}
        </header>
        <MessageList key={`list ${userId.value} ${channelId.value}`} />
        <Composer key={`composer ${userId.value} ${channelId.value}`} />
      </main>
      <Members />
      <ModalDialog />
    </div>
  )
}
