import type { GuildView } from '../../../src/control-api.ts'
import { api } from '../api.ts'
import { attempt, bot, botName, channelId, dm, linkTo, nameOf, unread, userId, world } from '../store.ts'

const TEXT = 0
const VOICE = 2

/** Discord's rule: `(guild_id >> 22) % shards`; 64 bits, so not a number. */
const shardOf = (guildId: string, shardCount: number) => Number((BigInt(guildId) >> 22n) % BigInt(shardCount))

function ChannelLink({ id, label, name }: { id: string; label: string; name: string }) {
  const isUnread = unread.value.has(id)
  return (
    <a
      class="channel"
      href={linkTo(id)}
      aria-label={isUnread ? `${label}, unread` : label}
      aria-current={channelId.value === id ? 'page' : undefined}
      data-unread={isUnread}
    >
      {name}
    </a>
  )
}

function VoiceChannel({ guild, id, name }: { guild: GuildView; id: string; name: string }) {
  const present = guild.voiceStates.filter(state => state.channelId === id)
  const isIn = present.some(state => state.userId === userId.value)
  const move = () => void attempt(() => api.moveInVoice(userId.value, guild.id, isIn ? null : id))
  return (
    <li>
      <button type="button" class="channel voice" aria-pressed={isIn} onClick={move}>
        <svg aria-hidden="true" viewBox="0 0 16 16" width="14" height="14">
          <path d="M2 6h3l4-3v10l-4-3H2z" fill="currentColor" />
          <path
            d="M11 5.500a3.500 3.500 0 0 1 0 5M12.800 3.500a6 6 0 0 1 0 9"
            fill="none"
            stroke="currentColor"
            stroke-width="1.300"
          />
        </svg>{' '}
        {name}
        <span class="voice-act">{isIn ? 'leave' : 'join'}</span>
      </button>
      {present.length > 0 && (
        <ul class="in-voice" aria-label={`In ${name}`}>
          {present.map(state => (
            <li key={state.userId}>{nameOf(state.userId)}</li>
          ))}
        </ul>
      )}
    </li>
  )
}

function Guild({ guild }: { guild: GuildView }) {
  const { shardCount } = bot.value
  return (
    <section class="guild" aria-label={guild.name}>
      <h2>
        <span>{guild.name}</span>
        {shardCount > 0 && <span class="shard">shard {shardOf(guild.id, shardCount)}</span>}
      </h2>
      <ul>
        {guild.channels
          .filter(channel => channel.type === TEXT)
          .map(({ id, name }) => (
            <li key={id}>
              <ChannelLink id={id} label={`${name} in ${guild.name}`} name={`# ${name}`} />
            </li>
          ))}
        {guild.channels
          .filter(channel => channel.type === VOICE)
          .map(({ id, name }) => (
            <VoiceChannel key={id} guild={guild} id={id} name={name} />
          ))}
      </ul>
    </section>
  )
}

export function Sidebar() {
  const seen = world.value
  if (!seen) return null
  const mine = seen.guilds.filter(one => one.memberIds.includes(userId.value))
  return (
    <nav class="sidebar" aria-label="Channels">
      <div class="brand">
        <img src="/icon.svg" alt="" width="28" height="28" />
        <div>
          <strong>Shardlight sandbox</strong>
          <span>a local Discord</span>
        </div>
      </div>
      <label class="act-as">
        Act as
        <select
          value={userId.value}
          onChange={event => {
            location.hash = `#user=${event.currentTarget.value}&channel=`
          }}
        >
          {seen.users.map(user => (
            <option key={user.id} value={user.id}>
              {user.username}
            </option>
          ))}
        </select>
      </label>
      <div class="places">
        <section class="guild" aria-label="Direct messages">
          <h2>Direct messages</h2>
          {dm.value && (
            <ChannelLink
              id={dm.value.id}
              label={`@ ${botName.value}: Direct message with the bot`}
              name={`@ ${botName.value}`}
            />
          )}
        </section>
        {mine.map(guild => (
          <Guild key={guild.id} guild={guild} />
        ))}
      </div>
      <p class="bot-state" data-online={bot.value.online} role="status">
        {bot.value.online
          ? `${botName.value} is online, ${bot.value.shardCount} shards`
          : `${botName.value} is offline`}
      </p>
    </nav>
  )
}
