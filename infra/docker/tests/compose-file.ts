import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

export const root = join(import.meta.dirname, '..', '..', '..')

export const readText = (path: string) => readFile(join(root, path), 'utf8')

export const readYaml = async (path: string): Promise<unknown> => parse(await readText(path), { merge: true })

const service = z.looseObject({
  image: z.string(),
  build: z.object({ context: z.string(), dockerfile: z.string(), target: z.string() }).optional(),
  extends: z.object({ file: z.string(), service: z.string() }).optional(),
  profiles: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  healthcheck: z
    .object({ test: z.array(z.string()) })
    .loose()
    .optional(),
  mem_limit: z.string(),
  stop_grace_period: z.string(),
})

export type Service = z.infer<typeof service>

const composeFile = z.looseObject({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.unknown()),
  networks: z.record(z.string(), z.unknown()),
})

export const readComposeFile = async () => composeFile.parse(await readYaml('docker-compose.yaml'))

/** `${NAME:-fallback}` as the fallback, `${NAME}` and `${NAME:+instead}` as nothing. */
export const withoutVariables = (text: string): string =>
  text.replaceAll(/\$\{\w+(?::?-([^}]*)|[^}]*)\}/g, (_, fallback?: string) => fallback ?? '')

const MEBIBYTES: Record<string, number> = { m: 1, g: 1_024 }

/** `512m` and `1g` in MiB. */
export function mebibytes(text: string): number {
  const { amount, unit } = /^(?<amount>\d+)(?<unit>[mg])$/.exec(withoutVariables(text))?.groups ?? {}
  return Number(amount) * (MEBIBYTES[unit ?? ''] ?? Number.NaN)
}

/** Every variable with its value in `.env.example`. */
export async function documentedVariables(): Promise<Map<string, string>> {
  const lines = (await readText('.env.example')).split('\n')
  return new Map(
    lines.flatMap(line => {
      const { name, value } = /^(?<name>[A-Z_0-9]+)=(?<value>.*)$/.exec(line)?.groups ?? {}
      return name === undefined || value === undefined ? [] : [[name, value] as const]
    }),
  )
}
