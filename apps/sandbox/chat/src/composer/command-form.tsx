import { useRef } from 'preact/hooks'
import type { OptionValue } from '../../../src/control-api.ts'
import { api } from '../api.ts'
import { channelId, choices, interact, problem, userId } from '../store.ts'
import { type FlatCommand, readOption } from './flat-commands.ts'
import { OptionField } from './option-field.tsx'

/** The options of a command that was picked; Enter sends it, Escape goes back to writing. */
export function CommandForm({ command, onDone }: { command: FlatCommand; onDone: () => void }) {
  const form = useRef<HTMLFormElement>(null)
  const values = () =>
    Object.fromEntries(
      [...new FormData(form.current ?? undefined)].map(([name, value]) => [name, String(value)]),
    )

  const submit = async (event: Event) => {
    event.preventDefault()
    const given = values()
    const options: Record<string, OptionValue> = {}
    try {
      for (const option of command.options) {
        const value = readOption(option, given[option.name] ?? '')
        if (value !== undefined) options[option.name] = value
      }
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error)
      return
    }
    choices.value = undefined
    const run = { userId: userId.value, channelId: channelId.value, command: command.name, options }
    if (await interact(`/${command.name}`, () => api.runCommand(run))) onDone()
  }

  return (
    <form
      ref={form}
      class="command-form"
      noValidate
      aria-label={`/${command.name}`}
      onSubmit={submit}
      onKeyDown={event => event.key === 'Escape' && onDone()}
    >
      <strong>/{command.name}</strong>
      <span class="hint">{command.description}</span>
      {command.options.map((option, index) => (
        <OptionField
          key={option.name}
          command={command.name}
          option={option}
          values={values}
          isFirst={index === 0}
        />
      ))}
      <div class="parts-row">
        <button type="submit" class="button button-primary">
          Run
        </button>
        <button type="button" class="button button-secondary" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  )
}
