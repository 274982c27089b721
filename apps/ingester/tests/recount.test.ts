import { runProgram } from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWikipedia, type Wikipedia } from './running.ts'

let wikipedia: Wikipedia
beforeAll(async () => {
  wikipedia = await startWikipedia()
})
afterAll(() => wikipedia?.[Symbol.asyncDispose]())

async function recount(...days: string[]): Promise<{ code: number | null; output: string }> {
  await using program = runProgram(
    'apps/ingester/src/recount.ts',
    { DATABASE_URL: wikipedia.databaseUrl },
    days,
  )
  const code = await program.exited
  return { code, output: program.output() }
}

describe('recounting a day', () => {
  it('mends wrong counts and tells the difference, and then finds nothing more', async () => {
    await wikipedia.startIngester()
    await wikipedia.isConnected()
    await wikipedia.change(50)
    await wikipedia.expectExact()
    const [first] = await wikipedia.database.query<{ day: string }>(
      `UPDATE recent_change_days SET count = count + 3 WHERE wiki = 'en.wikipedia.org' AND type = 'new' AND is_bot
       RETURNING day::text`,
    )
    const day = first?.day ?? ''
    const { code, output } = await recount(day)
    expect(code).toBe(0)
    expect(output).toMatch(/1 of the counts were wrong, and are mended/)
    expect(output).toMatch(/en\.wikipedia\.org.*new.*bots.*-3/)
    await wikipedia.expectExact()
    expect((await recount(day)).output).toBe(`${day}: the counts were right.\n`)
  })

  it.each([
    ['nothing', [], /^recount: which days\?/],
    ['what is no day', ['2026-02-30'], /^recount: “2026-02-30” is no day\./],
    ['something else', ['--help'], /^recount: Unknown option '--help'/],
  ])('asked for %s, says what to do', async (_, days, complaint) => {
    const { code, output } = await recount(...days)
    expect(code).toBe(1)
    expect(output).toMatch(complaint)
  })
})
