import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { documentedVariables, readComposeFile, readText, readYaml } from './compose-file.ts'

const FILES = ['docker-compose.yaml', 'infra/docker/sandbox.yaml', 'infra/docker/no-sandbox.yaml']
const { services, volumes, networks } = await readComposeFile()
const named = Object.entries(services)
const variables = await documentedVariables()

const { $schema: _, ...schema } = z
  .record(z.string(), z.unknown())
  .parse(JSON.parse(await readText('infra/docker/tests/compose-spec.json')))
const follows = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema)

/** Of which `.env.example` says that containers decide them. */
const decided = /decide among themselves:(?<names>.*?)# and every/s
  .exec(await readText('.env.example'))
  ?.groups?.['names']?.match(/\w+/g)

describe('the Compose files', () => {
  it.each(FILES)('%s follows the Compose Specification', async file => {
    follows(await readYaml(file))
    expect(follows.errors).toBeNull()
  })

  it.each(FILES)('%s uses no variable that .env.example lacks, and none of another default', async file => {
    const used = (await readText(file)).matchAll(/(?<!\$)\$\{(?<name>\w+)(?::-(?<fallback>[^}]*))?/g)
    for (const { groups: { name = '', fallback = '' } = {} } of used) {
      const isFile = variables.has(name.replace(/_FILE$/, ''))
      expect([name, variables.has(name) || isFile]).toEqual([name, true])
      const documented = variables.get(name)
      if (documented && fallback) expect(`${name}=${fallback}`).toBe(`${name}=${documented}`)
    }
  })

  it('hand on every variable that somebody may set, but for those that .env.example says they decide', async () => {
    const text = (await Promise.all(FILES.map(readText))).join('')
    const ignored = [...variables.keys()].filter(name => !text.includes(`\${${name}:`))
    expect(ignored.sort()).toEqual(decided?.toSorted())
  })

  it('have no network or volume that nothing uses', () => {
    const text = JSON.stringify(services)
    for (const name of [...Object.keys(volumes), ...Object.keys(networks)]) expect(text).toContain(`"${name}`)
  })
})

it('needs neither Kafka, Spark nor pgAdmin, which come by their profiles', () => {
  const profiles = named.flatMap(([name, { profiles }]) =>
    profiles === undefined ? [] : [[name, ...profiles]],
  )
  expect(profiles).toEqual([
    ['pgadmin', 'pgadmin'],
    ['kafka', 'kafka'],
    ['kafka-ingester', 'kafka'],
    ['spark', 'kafka'],
  ])
})
