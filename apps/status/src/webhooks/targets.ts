import { createHash } from 'node:crypto'
import { ConfigError } from '@shardlight/service'
import { clusterNameSchema } from '@shardlight/shard-registry'
import { type IncidentImpact, incidentImpactSchema, readWebhookSecret } from '@shardlight/status-client'

/** Its address is a secret: nothing but its name is ever shown. */
export type WebhookTarget = {
  name: string
  kind: 'json' | 'discord'
  url: string
  /** Each signs; two while one is being replaced. */
  secrets: readonly string[]
  /** The only one that it is told of; undefined: all. */
  cluster: string | undefined
  leastImpact: IncidentImpact
}

const VARIABLE = 'STATUS_WEBHOOKS'
const SECRET_VARIABLE = 'STATUS_WEBHOOK_SECRET'
const NAME = /^[\w-]{1,32}$/
const DISCORD_HOST = /^((ptb|canary)\.)?discord(app)?\.com$/

const partsOf = (text: string) => text.split(/[\s;]+/).filter(part => part !== '')

/** `name=value`, or the value alone. */
function split(part: string): { name: string | undefined; value: string } {
  const at = part.indexOf('=')
  const name = part.slice(0, Math.max(0, at))
  return NAME.test(name) && !part.startsWith('whsec_')
    ? { name, value: part.slice(at + 1) }
    : { name: undefined, value: part }
}

function readSecrets(text: string): Map<string | undefined, string[]> {
  const secrets = new Map<string | undefined, string[]>()
  for (const { name, value } of partsOf(text).map(split)) {
    try {
      readWebhookSecret(value)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new ConfigError([`${SECRET_VARIABLE}${name ? ` of "${name}"` : ''}: ${reason}`])
    }
    secrets.set(name, [...(secrets.get(name) ?? []), value])
  }
  return secrets
}

function readTarget(part: string, secretsOf: (name: string) => string[]): WebhookTarget {
  const { name, value } = split(part)
  if (name === undefined) throw new ConfigError([`${VARIABLE}: expected name=address, such as ops=https://…`])
  const wrong = (what: string) => new ConfigError([`${VARIABLE}, target "${name}": ${what}`])
  const [, given, address = ''] = /^(?:(discord|json):)?(.*)$/.exec(value) ?? []
  if (!URL.canParse(address)) throw wrong('expected an address that begins with https:// or http://')
  const url = new URL(address)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw wrong('expected an address that begins with https:// or http://')
  const isDiscord = DISCORD_HOST.test(url.hostname) && /^\/api\/(v\d+\/)?webhooks\//.test(url.pathname)
  const kind = (given ?? (isDiscord ? 'discord' : 'json')) === 'discord' ? 'discord' : 'json'

  const filters = new URLSearchParams(url.hash.slice(1))
  url.hash = ''
  const unknown = [...filters.keys()].filter(key => key !== 'cluster' && key !== 'impact')
  if (unknown.length > 0) throw wrong('after # there may be cluster=… and impact=… alone')
  const cluster = filters.get('cluster') ?? undefined
  if (cluster !== undefined && !clusterNameSchema.safeParse(cluster).success)
    throw wrong('cluster is not the name of a cluster')
  const leastImpact = incidentImpactSchema.safeParse(filters.get('impact') ?? 'none')
  if (!leastImpact.success) throw wrong('expected an impact of none, minor, major or critical')

  const secrets = kind === 'json' ? secretsOf(name) : []
  if (kind === 'json' && secrets.length === 0)
    throw new ConfigError([`${SECRET_VARIABLE} is not set: what "${name}" is sent could come from anybody`])
  return { name, kind, url: url.href, secrets, cluster, leastImpact: leastImpact.data }
}

/**
 * `name=address name=address`: where to tell what happens. Discord's webhooks are recognised; `discord:` or `json:`
 * before the address says it outright; `#cluster=main&impact=major` after it filters. Of the secrets, those with
 * `name=` before them are that target's; the others are everybody's.
 * @throws {ConfigError} that names the target and never its address.
 */
export function readWebhookTargets({
  webhooks,
  secret,
}: {
  webhooks: string
  secret: string
}): WebhookTarget[] {
  const secrets = readSecrets(secret)
  const secretsOf = (name: string) => secrets.get(name) ?? secrets.get(undefined) ?? []
  const targets = partsOf(webhooks).map(part => readTarget(part, secretsOf))
  const names = targets.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new ConfigError([`${VARIABLE}: there are two targets "${twice}"`])
  const nobodys = [...secrets.keys()].find(name => name !== undefined && !names.includes(name))
  if (nobodys !== undefined) throw new ConfigError([`${SECRET_VARIABLE}: there is no target "${nobodys}"`])
  return targets
}

export const digestOfAddress = ({ url }: WebhookTarget): string =>
  createHash('sha256').update(url).digest('hex')
