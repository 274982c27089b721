import type { MessageView } from '../../../src/control-api.ts'
import { api } from '../api.ts'
import { interact, userId } from '../store.ts'
import type { ButtonPart, Part, SelectPart } from './discord-json.ts'
import { Markdown } from './markdown-view.tsx'

const STYLES = ['', 'primary', 'secondary', 'success', 'danger', 'link', 'primary']

const press = (message: MessageView, customId: string, label: string, values?: string[]) =>
  void interact(label, () =>
    api.useComponent({ userId: userId.value, messageId: message.id, customId, ...(values && { values }) }),
  )

function ButtonView({ part, message }: { part: ButtonPart; message: MessageView }) {
  if (part.url) {
    return (
      <a class="button button-link" href={part.url} target="_blank" rel="noopener noreferrer nofollow">
        {part.label} ↗
      </a>
    )
  }
  return (
    <button
      type="button"
      class={`button button-${STYLES[part.style] ?? 'secondary'}`}
      disabled={part.isDisabled}
      onClick={() => press(message, part.customId, part.label)}
    >
      {part.label}
    </button>
  )
}

function SelectView({ part, message }: { part: SelectPart; message: MessageView }) {
  return (
    <select
      aria-label={part.placeholder}
      disabled={part.isDisabled}
      multiple={part.isMultiple}
      onChange={event => {
        const values = [...event.currentTarget.selectedOptions].map(option => option.value).filter(Boolean)
        if (values.length > 0) press(message, part.customId, part.placeholder, values)
      }}
    >
      {!part.isMultiple && <option value="">{part.placeholder}</option>}
      {part.options.map(option => (
        <option key={option.value} value={option.value} selected={option.isDefault}>
          {option.label}
        </option>
      ))}
    </select>
  )
}

function PartView({ part, message }: { part: Part; message: MessageView }) {
  if (part.kind === 'button') return <ButtonView part={part} message={message} />
  if (part.kind === 'select') return <SelectView part={part} message={message} />
  if (part.kind === 'text')
    return (
      <p>
        <Markdown text={part.text} />
      </p>
    )
  if (part.kind === 'line') return <hr />
  return (
    <div class={`parts-${part.kind}`}>
      <Components parts={part.parts} message={message} />
    </div>
  )
}

export const Components = ({ parts, message }: { parts: Part[]; message: MessageView }) => (
  <>
    {parts.map((part, index) => (
      <PartView key={index} part={part} message={message} />
    ))}
  </>
)
