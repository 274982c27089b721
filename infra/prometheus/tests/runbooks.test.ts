import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readAlerts } from '../src/read-rules.ts'
import { codeIn, readHowToType, readRunbooks, repository } from '../src/read-runbooks.ts'

const read = (file: string) => readFileSync(join(repository, file), 'utf8')
const runbooks = readRunbooks()
const pages = new Map([...runbooks, ['README', readHowToType()]])

/** As GitHub makes it of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .trim()
    .replaceAll(' ', '-')

const scripts = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .transform(({ scripts }) => scripts)
  .parse(JSON.parse(read('package.json')))

/** The words that a command line takes after its name, as its usage says. */
const usages: Record<string, string> = {
  cluster: read('apps/bot/src/cluster-command.ts'),
  status: read('apps/status/src/command/read-command.ts'),
}

describe('runbooks', () => {
  it('are there for each alert, under its name, and for no other', () => {
    const alerts = readAlerts()
    expect([...runbooks.keys()]).toEqual([...new Set(alerts.map(({ alert }) => alert))].toSorted())
    for (const { alert, annotations } of alerts)
      expect(annotations.runbook_url).toBe(`infra/runbooks/${alert}.md`)
  })

  it.each([...runbooks])(
    '%s says what is noticed, how to see it, what to do and when it is over',
    (alert, text) => {
      expect(text.startsWith(`# ${alert}\n`)).toBe(true)
      expect([...text.matchAll(/^\*\*([\w ]+?)\.?\*\*/gm)].map(([, word]) => word)).toEqual([
        'What people notice',
        'See it',
        'Do',
        'Over',
      ])
    },
  )

  it.each([...pages])('%s names only commands, variables, files and pages that there are', (_, text) => {
    const known = read('.env.example') + read('docker-compose.yaml')
    for (const code of codeIn(text)) {
      const [, script, word] = /^npm run ([\w-]+)(?: -- ([\w-]+))?/.exec(code) ?? []
      if (script !== undefined) expect(Object.keys(scripts)).toContain(script)
      const usage = usages[script ?? '']
      if (word !== undefined && usage !== undefined) expect(usage).toMatch(new RegExp(`^  ${word} `, 'm'))
      if (/^[A-Z]+(_[A-Z]+)+$/.test(code)) expect(known).toContain(code)
      for (const [file] of code.matchAll(/\b(apps|packages|infra)\/[\w./-]+\.\w+/g))
        expect(existsSync(join(repository, file)), file).toBe(true)
    }
    for (const [, page = '', anchor] of text.matchAll(/\]\(([^)#]+\.md)(?:#([^)]+))?\)/g)) {
      expect(existsSync(join(repository, 'infra/runbooks', page)), page).toBe(true)
      const headings = read(join('infra/runbooks', page)).match(/(?<=^#+ ).+$/gm) ?? []
      if (anchor !== undefined) expect(headings.map(anchorOf)).toContain(anchor)
    }
  })

  it('lead to how each of their commands is typed in containers', () => {
    const rows = codeIn(readHowToType()).flatMap(code => /^npm run [\w-]+/.exec(code)?.[0] ?? [])
    for (const [alert, text] of runbooks) {
      expect(text, alert).toContain('[How to type these](README.md)')
      for (const code of codeIn(text)) {
        const [command] = /^npm run [\w-]+/.exec(code) ?? []
        if (command !== undefined) expect(rows, alert).toContain(command)
      }
    }
  })
})
