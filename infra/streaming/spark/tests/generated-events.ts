import { type RecentChange, readRecentChange } from '@shardlight/recent-changes'

/** Numbers that look random and are the same in every run. */
function createDraw(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Events of three UTC days as JSON, with all that may not be counted among them, in files' worth of lines. */
export function generateEvents(count: number): string[] {
  const draw = createDraw(4)
  const pick = <T>(...values: [T, ...T[]]) => values[draw(values.length)] ?? values[0]
  const begin = Date.parse('2023-07-28T22:00:00Z')
  return Array.from({ length: count }, (_, index) => {
    const dt = new Date(begin + draw(30 * 3_600_000)).toISOString()
    const domain = draw(50) === 0 ? 'canary' : pick('en.wikipedia.org', 'ja.wikipedia.org')
    const whole = {
      meta: { id: `generated-${index}`, dt, domain },
      server_name: domain,
      type: pick('edit', 'edit', 'new', 'log', 'categorize'),
      bot: draw(3) === 0,
      // Few enough titles for ties, enough for more than are kept, some beyond 16 bits.
      title: `${pick('Page', 'ページ', '😀')} ${draw(60) * draw(3)}`,
    }
    const spoiled = draw(100)
    if (spoiled === 0) return JSON.stringify({ ...whole, meta: { dt, domain } })
    if (spoiled === 1) return JSON.stringify({ ...whole, meta: { id: whole.meta.id, dt: 'yesterday' } })
    if (spoiled === 2) return JSON.stringify(whole).slice(0, -9)
    if (spoiled === 3) return JSON.stringify({ ...whole, bot: 'yes', type: 7, server_name: null })
    return JSON.stringify(whole)
  })
}

/** Every fourth line comes again, near or far. */
export function withRepeats(lines: string[]): string[] {
  const draw = createDraw(5)
  return lines.flatMap(line => (draw(4) === 0 ? [line, lines[draw(lines.length)] ?? line, line] : [line]))
}

export const readable = (lines: string[]): RecentChange[] =>
  lines.flatMap(line => {
    const read = readRecentChange(line)
    return 'change' in read ? [read.change] : []
  })
