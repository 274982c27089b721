import type { GuildIdReading } from '@shardlight/shard-registry'
import type { InputHTMLAttributes, RefObject } from 'preact'
import { useWords } from '../words/use-words.ts'
import { lookupWords } from './lookup-words.ts'

/** A form that the server answers where there is no script. */
export function LookupForm({
  text,
  reading,
  lang,
  input,
  onAsk,
  ...handlers
}: {
  text: string
  /** What was asked for, read; undefined before somebody has asked. */
  reading: GuildIdReading | undefined
  /** The language that the visitor has chosen by hand, which the answer shall have too. */
  lang: string | undefined
  input?: RefObject<HTMLInputElement | null>
  onAsk?: () => void
} & Pick<InputHTMLAttributes<HTMLInputElement>, 'onInput' | 'onPaste'>) {
  const words = useWords(lookupWords)
  const problem = reading && 'problem' in reading ? words.problems[reading.kind](reading.digits) : undefined
  return (
    <search class="lookup" aria-label={words.title}>
      <form
        action="/lookup"
        method="get"
        noValidate
        onSubmit={event => {
          event.preventDefault()
          onAsk?.()
        }}
      >
        <label for="guild">{words.question}</label>
        <div class="lookup-row">
          <input
            {...handlers}
            {...(input && { ref: input })}
            id="guild"
            name="guild"
            type="text"
            dir="auto"
            autoComplete="off"
            enterkeyhint="search"
            spellcheck={false}
            placeholder={words.placeholder}
            value={text}
            aria-invalid={problem !== undefined}
            aria-describedby={problem ? 'guild-problem' : 'guild-hint'}
          />
          <button type="submit">{words.ask}</button>
        </div>
        {lang !== undefined && <input type="hidden" name="lang" value={lang} />}
        {problem ? (
          <p id="guild-problem" class="lookup-problem" role="alert">
            {problem}
          </p>
        ) : (
          <p id="guild-hint" class="lookup-hint">
            {words.hint}
          </p>
        )}
      </form>
    </search>
  )
}
