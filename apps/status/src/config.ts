import { ConfigError, host, logLevel, port, readConfig, webAddress, wholeNumber } from '@shardlight/service'
import { clusterNameSchema, MAX_SHARDS } from '@shardlight/shard-registry'
import { z } from 'zod'
import { type BrandConfig, brandOf, brandVariables } from './brand/read-brand.ts'
import type { TokenSource } from './doors/kept-tokens.ts'
import { origins } from './doors/read-origins.ts'
import { readTokens } from './doors/read-tokens.ts'
import { type TrustProxy, trustProxy } from './doors/trust-proxy.ts'
import { readWebhookTargets, type WebhookTarget } from './webhooks/targets.ts'

export type StatusConfig = {
  host: string
  port: number
  redisUrl: string | undefined
  /** Where uptime and incidents are kept; without it there is only the present. */
  databaseUrl: string | undefined
  /** Whose tokens let push, and whose let write what operators write; only digests are kept. */
  tokens: TokenSource
  operatorTokens: TokenSource
  /** How many wrong tokens an address may send a minute; 0 is no limit. */
  refusalsPerMinute: number
  /** What else an address may do, and there may be altogether. */
  readsPerMinute: number
  mostViewersPerAddress: number
  mostViewers: number
  trustProxy: TrustProxy
  /** Glance's own: how many shards each cluster has, and the one passphrase for all. */
  glanceBots: Map<string, number>
  glancePassphrase: string | undefined
  /** Who is told what happens; their addresses are secrets. */
  webhooks: WebhookTarget[]
  healthTimeoutMs: number
  sweepIntervalMs: number
  /** Pages of these origins may open the feed, besides those of the host that was asked. */
  origins: Set<string>
  brand: BrandConfig
  /** Where people find the page, for links in what leaves it; not set: where it was asked for. */
  publicUrl: string | undefined
  logLevel: ReturnType<typeof readVariables>['LOG_LEVEL']
}

const SWEEP_INTERVAL_MS = 500

const pairs = (what: string, isValue: (value: string) => boolean) =>
  z
    .string()
    .default('')
    .transform((text, context) => {
      const entries = text.split(';').flatMap(part => {
        if (part.trim() === '') return []
        const colon = part.indexOf(':')
        const name = part.slice(0, colon).trim()
        const value = part.slice(colon + 1).trim()
        if (colon > 0 && clusterNameSchema.safeParse(name).success && isValue(value))
          return [[name, value] as const]
        context.addIssue({ code: 'custom', message: `expected ${what}` })
        return []
      })
      return new Map(entries)
    })

const tokens = (options: { mayBeForAll?: boolean } = {}) =>
  z
    .string()
    .default('')
    .transform((text, context) => {
      const read = readTokens(text, options)
      if (!('problem' in read)) return read
      context.addIssue({ code: 'custom', message: read.problem })
      return z.NEVER
    })

const seconds = () =>
  z
    .string()
    .regex(/^\d{1,5}(\.\d{1,3})?$/, 'expected seconds, such as 30')
    .transform(Number)
    .refine(value => value > 0, 'expected more than 0 seconds')

const readVariables = (environment: Record<string, string | undefined>) =>
  readConfig(
    {
      STATUS_PORT: port(3000),
      STATUS_HOST: host(),
      REDIS_URL: webAddress('redis', 'rediss').optional(),
      DATABASE_URL: webAddress('postgres', 'postgresql').optional(),
      STATUS_TOKENS: tokens(),
      STATUS_TOKENS_FILE: z.string().optional(),
      STATUS_OPERATOR_TOKENS: tokens({ mayBeForAll: true }),
      STATUS_OPERATOR_TOKENS_FILE: z.string().optional(),
      STATUS_REFUSALS_PER_MINUTE: wholeNumber(0, 1_000_000).default(30),
      STATUS_READS_PER_MINUTE: wholeNumber(0, 10_000_000).default(1_200),
      STATUS_VIEWERS_PER_ADDRESS: wholeNumber(1, 1_000_000).default(50),
      STATUS_VIEWERS: wholeNumber(1, 1_000_000).default(5_000),
      TRUST_PROXY: trustProxy(),
      STATUS_WEBHOOKS: z.string().default(''),
      STATUS_WEBHOOK_SECRET: z.string().default(''),
      STATUS_ORIGINS: origins(),
      ...brandVariables,
      STATUS_PUBLIC_URL: webAddress('http', 'https').optional(),
      GLANCE_BOTS: pairs('cluster:shards;cluster:shards', value => {
        return /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= MAX_SHARDS
      }),
      GLANCE_PASSPHRASE: z.string().optional(),
      GLANCE_HOST: host(),
      GLANCE_PORT: port(3000),
      GLANCE_HEALTH_TIMEOUT: seconds().default(30),
      GLANCE_HEALTH_TIMER_INTERVAL: seconds().default(SWEEP_INTERVAL_MS / 1000),
      LOG_LEVEL: logLevel(),
    },
    environment,
  )

/** @throws {ConfigError} */
export function readStatusConfig(environment: Record<string, string | undefined>): StatusConfig {
  const read = readVariables(environment)
  const mute = [...read.GLANCE_BOTS.keys()].filter(name => !read.STATUS_TOKENS.digests.has(name))
  if (mute.length > 0 && read.GLANCE_PASSPHRASE === undefined && read.STATUS_TOKENS_FILE === undefined)
    throw new ConfigError([`GLANCE_PASSPHRASE is not set: nobody could push for ${mute.join(', ')}`])
  return {
    host: environment['STATUS_HOST'] ? read.STATUS_HOST : read.GLANCE_HOST,
    port: environment['STATUS_PORT'] ? read.STATUS_PORT : read.GLANCE_PORT,
    redisUrl: read.REDIS_URL,
    databaseUrl: read.DATABASE_URL,
    tokens: {
      given: read.STATUS_TOKENS,
      file: read.STATUS_TOKENS_FILE,
      fileVariable: 'STATUS_TOKENS_FILE',
    },
    operatorTokens: {
      given: read.STATUS_OPERATOR_TOKENS,
      file: read.STATUS_OPERATOR_TOKENS_FILE,
      fileVariable: 'STATUS_OPERATOR_TOKENS_FILE',
      mayBeForAll: true,
    },
    refusalsPerMinute: read.STATUS_REFUSALS_PER_MINUTE,
    readsPerMinute: read.STATUS_READS_PER_MINUTE,
    mostViewersPerAddress: read.STATUS_VIEWERS_PER_ADDRESS,
    mostViewers: read.STATUS_VIEWERS,
    trustProxy: read.TRUST_PROXY,
    glanceBots: new Map([...read.GLANCE_BOTS].map(([name, shards]) => [name, Number(shards)])),
    glancePassphrase: read.GLANCE_PASSPHRASE,
    webhooks: readWebhookTargets({ webhooks: read.STATUS_WEBHOOKS, secret: read.STATUS_WEBHOOK_SECRET }),
    healthTimeoutMs: read.GLANCE_HEALTH_TIMEOUT * 1000,
    sweepIntervalMs: read.GLANCE_HEALTH_TIMER_INTERVAL * 1000,
    // A proxy may ask us by another host than the one that people see.
    origins: new Set([
      ...read.STATUS_ORIGINS,
      ...(read.STATUS_PUBLIC_URL === undefined ? [] : [new URL(read.STATUS_PUBLIC_URL).origin]),
    ]),
    brand: brandOf(read),
    publicUrl: read.STATUS_PUBLIC_URL,
    logLevel: read.LOG_LEVEL,
  }
}
