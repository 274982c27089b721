import { useEffect, useRef } from 'preact/hooks'
import { api } from './api.ts'
import { readModalFields } from './messages/discord-json.ts'
import { attempt, modal, problem, userId } from './store.ts'

/** A form that the bot asked for. */
export function ModalDialog() {
  const dialog = useRef<HTMLDialogElement>(null)
  const open = modal.value
  useEffect(() => {
    if (open) dialog.current?.showModal()
  }, [open])
  if (!open) return null
  const close = () => {
    modal.value = undefined
  }
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (!(event.currentTarget instanceof HTMLFormElement)) return
    const fields = Object.fromEntries(
      [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]),
    )
    const sent = await attempt(() =>
      api.submitModal({ userId: userId.value, interactionId: open.interactionId, fields }),
    )
    if (sent) close()
  }
  return (
    <dialog ref={dialog} class="modal" aria-label={open.modal.title} onClose={close}>
      <form onSubmit={submit}>
        <h2>{open.modal.title}</h2>
        {readModalFields(open.modal.components).map(field => {
          const shared = {
            id: `field-${field.customId}`,
            name: field.customId,
            placeholder: field.placeholder,
            required: field.isRequired,
            maxLength: field.maxLength,
          }
          return (
            <label key={field.customId} htmlFor={shared.id}>
              {field.label}
              {field.isLong ? (
                <textarea {...shared} rows={4} defaultValue={field.value} />
              ) : (
                <input {...shared} defaultValue={field.value} />
              )}
            </label>
          )
        })}
        {problem.value && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
        <div class="parts-row">
          <button type="button" class="button button-secondary" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="button button-primary">
            Submit
          </button>
        </div>
      </form>
    </dialog>
  )
}
