import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { api } from '../api.ts'
import {
  attempt,
  botId,
  botName,
  channelId,
  channelName,
  commands,
  guild,
  interact,
  nameOf,
  problem,
  userId,
} from '../store.ts'
import { CommandForm } from './command-form.tsx'
import { type FlatCommand, flatCommands } from './flat-commands.ts'
import { matching, type Person, readOpenMention, withMentions } from './mentions.ts'
import { Picker } from './picker.tsx'

const LONGEST = 2_000
const PICKER = 'picker'

const peopleHere = (): Person[] => [
  { id: botId.value, name: botName.value },
  ...(guild.value?.memberIds ?? [userId.value])
    .filter(id => id !== botId.value)
    .map(id => ({ id, name: nameOf(id) })),
]

export function Composer() {
  const text = useSignal('')
  const caret = useSignal(0)
  const active = useSignal(0)
  const isClosed = useSignal(false)
  const command = useSignal<FlatCommand | undefined>(undefined)
  const box = useRef<HTMLTextAreaElement>(null)

  useEffect(() => {
    problem.value = ''
    if (matchMedia('(hover: hover)').matches) box.current?.focus()
  }, [])

  const type = (value: string, at: number) => {
    text.value = value
    caret.value = at
    active.value = 0
    isClosed.value = false
  }
  const back = () => {
    command.value = undefined
    type('', 0)
    requestAnimationFrame(() => box.current?.focus())
  }

  const offered = text.value.startsWith('/')
    ? flatCommands(commands.value, guild.value?.id).filter(one =>
        `/${one.name}`.startsWith(text.value.trimEnd()),
      )
    : []
  const mention = readOpenMention(text.value, caret.value)
  const people = mention ? matching(peopleHere(), mention.query) : []
  const items = offered.length
    ? offered.map(one => ({ key: one.name, title: `/${one.name}`, detail: one.description }))
    : people.map(({ id, name }) => ({
        key: id,
        title: `@${name}`,
        detail: id === botId.value ? 'the bot' : '',
      }))
  const isPicking = items.length > 0 && !isClosed.value

  const pick = (index: number) => {
    const picked = offered[index]
    if (picked && picked.options.length > 0) command.value = picked
    else if (picked) {
      const run = { userId: userId.value, channelId: channelId.value, command: picked.name }
      void interact(`/${picked.name}`, () => api.runCommand(run))
      type('', 0)
    } else if (mention) {
      const written = `${text.value.slice(0, mention.start)}@${people[index]?.name} `
      type(written + text.value.slice(caret.value), written.length)
      requestAnimationFrame(() => box.current?.setSelectionRange(written.length, written.length))
    }
  }

  const send = async () => {
    const written = text.value.trim()
    if (written === '') return
    if (written.startsWith('/') && commands.value.length > 0) {
      problem.value = `There is no command ${written.split(' ')[0]}. Pick one of the list that / opens.`
      return
    }
    if (await attempt(() => api.write(channelId.value, userId.value, withMentions(written, peopleHere()))))
      type('', 0)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (isPicking && move) active.value = (active.value + move + items.length) % items.length
    else if (isPicking && event.key === 'Escape') isClosed.value = true
    else if (isPicking && (event.key === 'Tab' || event.key === 'Enter')) pick(active.value)
    else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) void send()
    else return
    event.preventDefault()
  }

  const label = guild.value ? `Message #${channelName.value}` : 'Message the bot'
  return (
    <div class="composer">
      {isPicking && !command.value && (
        <Picker
          id={PICKER}
          label={offered.length ? 'Commands' : 'People'}
          items={items}
          active={active.value}
          onPick={pick}
        />
      )}
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      {command.value ? (
        <CommandForm command={command.value} onDone={back} />
      ) : (
        <textarea
          ref={box}
          rows={1}
          aria-label={label}
          placeholder={label}
          maxLength={LONGEST}
          value={text.value}
          aria-controls={isPicking ? PICKER : undefined}
          aria-activedescendant={isPicking ? `${PICKER}-${active.value}` : undefined}
          onInput={event => type(event.currentTarget.value, event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
        />
      )}
    </div>
  )
}
