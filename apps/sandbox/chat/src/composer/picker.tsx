export type PickerItem = { key: string; title: string; detail: string }

/** What fits what is being typed; the text box keeps the focus and moves through it by arrow keys. */
export function Picker({
  id,
  label,
  items,
  active,
  onPick,
}: {
  id: string
  label: string
  items: PickerItem[]
  active: number
  onPick: (index: number) => void
}) {
  return (
    <div class="picker" id={id} role="listbox" aria-label={label}>
      {items.map(({ key, title, detail }, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the text box keeps the focus, see aria-activedescendant
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the text box
        <div
          key={key}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          onMouseDown={event => event.preventDefault()}
          onClick={() => onPick(index)}
        >
          <strong>{title}</strong>
          <span>{detail}</span>
        </div>
      ))}
    </div>
  )
}
