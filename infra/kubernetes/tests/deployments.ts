import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

/** What has no default and has to be given. */
export const NEEDED = {
  image: { registry: 'registry.example.org/shardlight' },
  discord: { existingSecret: 'discord' },
  database: { existingSecret: 'postgresql' },
  redis: { existingSecret: 'redis' },
  manager: { existingSecret: 'manager' },
  status: { existingSecret: 'status' },
  ingester: { contact: 'operator@example.org' },
}

/** As little as there can be. */
const LEAST = {
  ...NEEDED,
  redis: {},
  status: { existingSecret: 'status', replicas: 1 },
  ingester: { enabled: false },
  networkPolicy: { enabled: false },
}

/** All that there is. */
const ALL = {
  fullnameOverride: 'bot-shardlight',
  image: { tag: '1.2.3', pullSecrets: ['pull'] },
  cluster: { totalShards: 16 },
  discord: { apiUrl: 'http://sandbox:3100', messageContent: true },
  database: { to: [{ ipBlock: { cidr: '10.1.2.3/32' } }] },
  kafka: { brokers: ['kafka-1:9093', 'kafka-2:9093'], existingSecret: 'kafka', tls: true },
  manager: {
    replicas: 2,
    storage: { className: 'fast' },
    scheduling: {
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'bots', operator: 'Exists' }],
      priorityClassName: 'high',
    },
  },
  status: {
    replicas: 3,
    operatorTokensKey: 'operators',
    webhooksKey: 'webhooks',
    webhookSecretKey: 'webhook-secret',
    page: { links: 'Help=https://example.org', accent: '#2f5fd0', origins: ['https://example.org'] },
  },
  ingester: { mode: 'stream-to-kafka', streamUrl: 'https://stream.example.org/changes' },
  consumers: { keda: { enabled: true, maxReplicas: 8 } },
  ingress: { enabled: true, className: 'nginx', host: 'status.example.org', tlsSecret: 'tls' },
  networkPolicy: { egress: [{ ports: [{ port: 4318 }] }] },
  monitoring: { scrape: true, rules: true, labels: { release: 'prometheus' } },
  flags: { flags: { votes: { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on' } } },
  env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' },
  logLevel: 'debug',
  secretsRevision: '2',
}

const plansFolder = join(import.meta.dirname, '..', 'plans')

/** The files of `plans/`, by name. */
export const PLANS: Record<string, object> = Object.fromEntries(
  readdirSync(plansFolder).map(file => [
    file.replace('.yaml', ''),
    z.looseObject({}).parse(parse(readFileSync(join(plansFolder, file), 'utf8'))),
  ]),
)

/** Values of several deployments, each a list of what is given to Helm. */
export const DEPLOYMENTS: [string, object[]][] = [
  ['what is needed and nothing else', [NEEDED]],
  ['as little as there can be', [LEAST]],
  ['all that there is', [NEEDED, ALL]],
  [
    'Kafka without KEDA',
    [NEEDED, { ingester: { mode: 'stream-to-kafka' }, kafka: { brokers: ['kafka:9092'] } }],
  ],
  ...Object.entries(PLANS).map(([name, plan]): [string, object[]] => [`the plan ${name}`, [NEEDED, plan]]),
]
