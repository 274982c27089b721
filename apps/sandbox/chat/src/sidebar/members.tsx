import { Avatar } from '../avatar.tsx'
import { bot, botId, botName, guild, nameOf, userId } from '../store.ts'

export function Members() {
  const ids = guild.value?.memberIds.filter(id => id !== botId.value) ?? [userId.value]
  return (
    <aside class="members" aria-label="Members">
      <h2>Members</h2>
      <ul>
        <li data-online={bot.value.online}>
          <Avatar id={botId.value} name={botName.value} isBot />
          <span>{botName.value}</span>
          <span class="badge">BOT</span>
        </li>
        {ids.map(id => (
          <li key={id} data-online="true">
            <Avatar id={id} name={nameOf(id)} />
            <span>{nameOf(id)}</span>
            {id === userId.value && <span class="you">you</span>}
          </li>
        ))}
      </ul>
    </aside>
  )
}
