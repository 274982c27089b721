import { useEffect, useRef } from 'preact/hooks'
import type { CommandOptionView } from '../../../src/control-api.ts'
import { api } from '../api.ts'
import { attempt, botId, botName, channelId, choices, guild, nameOf, userId } from '../store.ts'

const INTEGER = 4
const BOOLEAN = 5
const USER = 6
const CHANNEL = 7
const NUMBER = 10
const TYPING_PAUSE_MS = 250

/** What can be chosen, where the option is not free text. */
function optionsFor(option: CommandOptionView): { name: string; value: string }[] | undefined {
  if (option.choices?.length) return option.choices.map(({ name, value }) => ({ name, value: String(value) }))
  if (option.type === BOOLEAN)
    return [
      { name: 'True', value: 'true' },
      { name: 'False', value: 'false' },
    ]
  if (option.type === CHANNEL)
    return guild.value?.channels.map(({ id, name }) => ({ name: `#${name}`, value: id }))
  if (option.type !== USER) return undefined
  const ids = guild.value?.memberIds.filter(id => id !== botId.value) ?? [userId.value]
  return [...ids.map(id => ({ name: nameOf(id), value: id })), { name: botName.value, value: botId.value }]
}

export function OptionField({
  command,
  option,
  values,
  isFirst,
}: {
  command: string
  option: CommandOptionView
  values: () => Record<string, string>
  isFirst: boolean
}) {
  const field = useRef<HTMLInputElement & HTMLSelectElement>(null)
  const timer = useRef(0)
  useEffect(() => {
    if (isFirst) field.current?.focus()
  }, [])
  const listId = `choices-${option.name}`
  const shared = {
    id: `option-${option.name}`,
    ref: field,
    name: option.name,
    required: option.required === true,
    title: option.description,
  }
  const listed = optionsFor(option)

  const suggest = () => {
    if (!option.autocomplete) return
    clearTimeout(timer.current)
    const request = {
      userId: userId.value,
      channelId: channelId.value,
      command,
      focused: option.name,
      options: values(),
    }
    timer.current = window.setTimeout(() => void attempt(() => api.autocomplete(request)), TYPING_PAUSE_MS)
  }

  return (
    <label class="option" htmlFor={shared.id}>
      <span>
        {option.name}
        {option.required ? '' : ' (optional)'}
      </span>
      {listed ? (
        <select {...shared}>
          <option value="">Choose …</option>
          {listed.map(({ name, value }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          type={option.type === INTEGER || option.type === NUMBER ? 'number' : 'text'}
          step={option.type === INTEGER ? 1 : 'any'}
          min={option.min_value}
          max={option.max_value}
          minLength={option.min_length}
          maxLength={option.max_length}
          placeholder={option.description}
          list={option.autocomplete ? listId : undefined}
          autoComplete="off"
          onInput={suggest}
          onFocus={suggest}
        />
      )}
      {option.autocomplete && (
        <datalist id={listId}>
          {choices.value?.choices.map(({ name, value }) => (
            <option key={String(value)} value={String(value)}>
              {name}
            </option>
          ))}
        </datalist>
      )}
    </label>
  )
}
