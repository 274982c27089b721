import { batch, computed, effect, signal } from '@preact/signals'
import type {
  ChatEvent,
  ChoiceView,
  CommandView,
  GuildView,
  InteractionStatus,
  MessageView,
  ModalView,
  WorldView,
} from '../../src/control-api.ts'
import { api } from './api.ts'
import { follow } from './connection.ts'

/** A command or click that the bot has not answered yet, or failed to answer. */
export type Pending = { id: string; channelId: string; label: string; status: InteractionStatus }

export const world = signal<WorldView | undefined>(undefined)
export const userId = signal('')
export const channelId = signal('')
export const commands = signal<CommandView[]>([])
export const bot = signal<{ online: boolean; shardCount: number }>({ online: false, shardCount: 0 })
export const isConnected = signal(false)
export const messages = signal<ReadonlyMap<string, readonly MessageView[]>>(new Map())
export const unread = signal<ReadonlySet<string>>(new Set())
export const pending = signal<readonly Pending[]>([])
export const modal = signal<{ interactionId: string; modal: ModalView } | undefined>(undefined)
export const choices = signal<{ interactionId: string; choices: ChoiceView[] } | undefined>(undefined)
export const typing = signal<{ channelId: string; username: string } | undefined>(undefined)
/** Ids of ephemeral messages that their reader has put away. */
export const dismissed = signal<ReadonlySet<string>>(new Set())
export const problem = signal('')

export const botId = computed(() => world.value?.application.botUserId ?? '')
export const botName = computed(() => world.value?.application.username ?? 'Shardlight')
export const dm = computed(() => world.value?.dms.find(one => one.userId === userId.value))
export const guild = computed<GuildView | undefined>(() =>
  world.value?.guilds.find(one => one.channels.some(channel => channel.id === channelId.value)),
)
export const channelName = computed(
  () => guild.value?.channels.find(channel => channel.id === channelId.value)?.name ?? 'the bot',
)

export const nameOf = (id: string): string =>
  id === botId.value
    ? botName.value
    : (world.value?.users.find(user => user.id === id)?.username ?? 'somebody')

/** Runs a call and shows a refusal where the person looks. */
export async function attempt(run: () => Promise<unknown>): Promise<boolean> {
  try {
    problem.value = ''
    await run()
    return true
  } catch (error) {
    problem.value = error instanceof Error ? error.message : String(error)
    return false
  }
}

function put(message: MessageView): void {
  const known = messages.value.get(message.channelId) ?? []
  const index = known.findIndex(one => one.id === message.id)
  const next = index === -1 ? [...known, message] : known.with(index, message)
  messages.value = new Map(messages.value).set(message.channelId, next)
}

async function readMessages(id: string): Promise<void> {
  const read = await api.messages(id, userId.value)
  // Ephemeral messages are told only once, to whom they are for.
  const ephemeral = (messages.value.get(id) ?? []).filter(
    one => one.ephemeral && !read.some(other => other.id === one.id),
  )
  const all = [...read, ...ephemeral].toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
  messages.value = new Map(messages.value).set(id, all)
}

function changeGuilds(change: (guilds: GuildView[]) => GuildView[]): void {
  if (world.value) world.value = { ...world.value, guilds: change(world.value.guilds) }
}

function onInteraction(event: Extract<ChatEvent, { type: 'interaction' }>): void {
  const { interactionId, status } = event
  const known = pending.value.find(one => one.id === interactionId)
  const others = pending.value.filter(one => one !== known)
  if (status === 'answered') pending.value = others
  else
    pending.value = [
      ...others,
      { label: '', ...known, id: interactionId, channelId: event.channelId, status },
    ]
}

function onEvent(event: ChatEvent): void {
  if (event.type === 'message') {
    put(event.message)
    if (event.channelId !== channelId.value) unread.value = new Set(unread.value).add(event.channelId)
    if (typing.value?.channelId === event.channelId) typing.value = undefined
  } else if (event.type === 'message-update') put(event.message)
  else if (event.type === 'message-delete') {
    const left = (messages.value.get(event.channelId) ?? []).filter(one => one.id !== event.messageId)
    messages.value = new Map(messages.value).set(event.channelId, left)
  } else if (event.type === 'interaction') onInteraction(event)
  else if (event.type === 'modal') modal.value = event
  else if (event.type === 'autocomplete') choices.value = event
  else if (event.type === 'commands') commands.value = event.commands
  else if (event.type === 'bot')
    bot.value = { online: event.online, shardCount: event.shards[0]?.shardCount ?? bot.value.shardCount }
  else if (event.type === 'typing') typing.value = event
  else if (event.type === 'guild')
    changeGuilds(all => [...all.filter(one => one.id !== event.guild.id), event.guild])
  else if (event.type === 'guild-delete') changeGuilds(all => all.filter(one => one.id !== event.id))
  else if (event.type === 'channel-delete')
    changeGuilds(all =>
      all.map(one => ({ ...one, channels: one.channels.filter(channel => channel.id !== event.id) })),
    )
  else if (event.type === 'voice')
    changeGuilds(all =>
      all.map(one => {
        if (one.id !== event.guildId) return one
        const voiceStates = one.voiceStates.filter(state => state.userId !== event.userId)
        if (event.channelId !== null) voiceStates.push({ userId: event.userId, channelId: event.channelId })
        return { ...one, voiceStates }
      }),
    )
}

/** A command or click of this user; the feed tells what comes of it. */
export async function interact(label: string, run: () => Promise<{ id: string }>): Promise<boolean> {
  return attempt(async () => {
    const { id } = await run()
    const known = pending.value.find(one => one.id === id)
    if (known) pending.value = pending.value.map(one => (one === known ? { ...one, label } : one))
  })
}

export const forget = (id: string): void => {
  pending.value = pending.value.filter(one => one.id !== id)
}

/** `#user=…&channel=…`, so that a reload and a link stay where they were. */
const place = () => new URLSearchParams(location.hash.slice(1))
export const linkTo = (channel: string): string => `#user=${userId.value}&channel=${channel}`

const firstChannel = (seen: WorldView, me: string): string =>
  seen.guilds.find(one => one.memberIds.includes(me))?.channels.find(channel => channel.type === 0)?.id ?? ''

function goToPlace(): void {
  const seen = world.value
  if (!seen) return
  const wanted = place()
  batch(() => {
    userId.value = seen.users.find(user => user.id === wanted.get('user'))?.id ?? seen.users[0]?.id ?? ''
    channelId.value = wanted.get('channel') || firstChannel(seen, userId.value)
  })
}

async function readAll(): Promise<void> {
  await api.openDm(userId.value)
  world.value = await api.world(userId.value)
  const exists =
    dm.value?.id === channelId.value ||
    world.value.guilds.some(one => one.channels.some(({ id }) => id === channelId.value))
  if (!exists) location.hash = linkTo(firstChannel(world.value, userId.value))
  if (channelId.value) await readMessages(channelId.value)
}

/** Reads the world, then follows whoever is acted as, for ever. */
export async function start(): Promise<void> {
  if (
    !(await attempt(async () => {
      world.value = await api.world()
    }))
  ) {
    setTimeout(start, 1_000)
    return
  }
  goToPlace()
  addEventListener('hashchange', goToPlace)
  effect(() => {
    const me = userId.value
    messages.value = new Map()
    pending.value = []
    return follow({
      userId: me,
      onEvent,
      onOpen() {
        isConnected.value = true
        void attempt(readAll)
      },
      onLost() {
        batch(() => {
          isConnected.value = false
          bot.value = { ...bot.value, online: false }
        })
      },
    })
  })
  effect(() => {
    const id = channelId.value
    if (!id || !isConnected.peek()) return
    const others = new Set(unread.peek())
    others.delete(id)
    unread.value = others
    if (!messages.peek().has(id)) void attempt(() => readMessages(id))
  })
}
