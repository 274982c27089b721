import type { UptimeDay } from '@shardlight/status-client'
import { useState } from 'preact/hooks'
import { useWords } from '../words/use-words.ts'
import { useDayTexts } from './day-text.ts'
import { uptimeWords } from './uptime-words.ts'

/** A row a day, the newest first. */
export function UptimeRows({ days }: { days: readonly UptimeDay[] }) {
  const { table, columns } = useWords(uptimeWords)
  const textsOf = useDayTexts()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="uptime-table-scroll" aria-label={table} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{columns.day}</th>
            <th scope="col">{columns.up}</th>
            <th scope="col">{columns.problem}</th>
            <th scope="col" class="uptime-worst">
              {columns.worst}
            </th>
            <th scope="col">{columns.known}</th>
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map(day => {
            const { date, up, problem, worst, known } = textsOf(day)
            return (
              <tr key={day.day}>
                <th scope="row">{date}</th>
                <td>{up}</td>
                <td>{problem}</td>
                <td class="uptime-worst">{worst}</td>
                <td>{known}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

/** The same as the bars, to be read line by line. Made only when it is opened. */
export function UptimeTable({ days }: { days: readonly UptimeDay[] }) {
  const { table } = useWords(uptimeWords)
  const [isOpen, setOpen] = useState(false)
  return (
    <details class="uptime-table" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{table}</summary>
      {isOpen && <UptimeRows days={days} />}
    </details>
  )
}
