import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Copy, DockerfileParser, From } from 'dockerfile-ast'
import { describe, expect, it } from 'vitest'
import { readText, root } from './compose-file.ts'

const text = await readText('infra/docker/Dockerfile')
const dockerfile = DockerfileParser.parse(text)
const stages = dockerfile.getInstructions().filter(one => one instanceof From)
const names = stages.map(stage => stage.getBuildStage() ?? '')
const FINAL = ['bot', 'ingester', 'status', 'sandbox', 'secrets', 'spark']

/** The instructions of a stage, the inherited ones not among them. */
function instructionsOf(stage: string) {
  const from = stages.find(one => one.getBuildStage() === stage)
  const begins = from?.getRange().start.line ?? Number.POSITIVE_INFINITY
  const ends = stages.map(one => one.getRange().start.line).find(line => line > begins)
  return dockerfile.getInstructions().filter(one => {
    const { line } = one.getRange().start
    return line > begins && line < (ends ?? Number.POSITIVE_INFINITY)
  })
}

/** What `.dockerignore` lets into the build, by its exceptions. */
const allowed = (await readText('.dockerignore'))
  .split('\n')
  .flatMap(line => (line.startsWith('!') ? [line.slice(1)] : []))
const isSent = (path: string) =>
  allowed.some(one => path === one || path.startsWith(`${one}/`) || matches(one, path))
/** `*` within one folder; a folder is sent where something in it is. */
const matches = (pattern: string, path: string) =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`).test(path) ||
  pattern.startsWith(`${path}/`)

describe('the Dockerfile', () => {
  it('can be built by an old builder, without a network for the builder itself', () => {
    expect(dockerfile.getDirectives()).toEqual([])
    expect(text).not.toMatch(/<<-?['"]?\w/)
    expect(text).not.toMatch(/^RUN --mount/m)
  })

  it('pins what it begins with', () => {
    for (const stage of stages) {
      const image = stage.getImage() ?? ''
      if (!names.includes(image)) expect(image).toMatch(/^\w+:\d+\.\d+\.\d+-[\w.-]+$/)
    }
  })

  it('uses the Node and the pnpm of the repository', async () => {
    const bootstrap = await readText('infra/toolchain/with-toolchain.mjs')
    const version = (of: string) => new RegExp(`${of}_VERSION = '(.*)'`).exec(bootstrap)?.[1]
    expect(text).toContain(`FROM node:${version('NODE')}-bookworm-slim AS base`)
    expect(text).toContain(`@${version('PNPM')}"`)
  })

  it('fetches packages before it copies sources', () => {
    const packages = instructionsOf('packages').map(one => one.getTextContent())
    const fetched = packages.findIndex(one => one.startsWith('RUN pnpm fetch --prod'))
    const copied = packages.findIndex(one => one.startsWith('COPY packages'))
    expect(fetched).toBeGreaterThan(0)
    expect(copied).toBeGreaterThan(fetched)
  })

  it('copies what exists and is sent to the builder', () => {
    const copies = dockerfile.getCOPYs().filter(one => one instanceof Copy)
    const fromHere = copies.filter(copy => copy.getFromFlag() === null)
    expect(fromHere.length).toBeGreaterThan(5)
    for (const copy of fromHere) {
      const sources = copy.getArguments().slice(0, -1)
      for (const source of sources.map(argument => argument.getValue())) {
        expect([source, existsSync(join(root, source)), isSent(source)]).toEqual([source, true, true])
      }
    }
    for (const copy of copies) {
      const from = copy.getFromFlag()?.getValue()
      if (from) expect(names).toContain(from)
    }
  })

  it.each(FINAL)('ends the image %s as somebody without rights', stage => {
    const instructions = instructionsOf(stage)
    const users = instructions
      .filter(one => one.getKeyword() === 'USER')
      .map(one => one.getArgumentsContent())
    expect(users).toEqual([stage === 'spark' ? 'spark' : 'node'])
    const last = instructions.slice(-2).map(one => one.getKeyword())
    expect(last).toEqual(['USER', stage === 'spark' ? 'ENTRYPOINT' : 'CMD'])
  })
})
