/** A secret by its name, as `makeSecrets` keeps it. */
export type Secrets = {
  postgresPassword: string
  redisPassword: string
  managerToken: string
  statusToken: string
  operatorToken: string
  grafanaPassword: string
  pgadminPassword: string
  /** Opens the sandbox and nothing else. */
  sandboxToken: string
  /** Discord's own, or the sandbox's. */
  discordToken: string
}

/** What only who runs the system knows; empty where it was not given. */
export type Given = {
  statusTokens: string
  operatorTokens: string
  webhooks: string
  webhookSecret: string
  glancePassphrase: string
}

export type Place = { clusterName: string; postgresPort: string; redisPort: string }

/** Which container finds which file in `/run/secrets`; each has a volume of its own and sees no other's. */
export function secretFiles(
  secrets: Secrets,
  given: Given,
  place: Place,
): Record<string, Record<string, string>> {
  const postgres = (at: string) =>
    `postgres://shardlight:${encodeURIComponent(secrets.postgresPassword)}@${at}/shardlight`
  const redis = (at: string) => `redis://shardlight:${secrets.redisPassword}@${at}`
  /** `STATUS_TOKENS` separates by semicolons, and its file by lines. */
  const tokens = (own: string, more: string) => [own, ...more.split(';')].filter(one => one.trim()).join('\n')
  const databaseUrl = postgres('postgres:5432')
  return {
    postgres: {
      password: secrets.postgresPassword,
      'url-on-this-machine': postgres(`127.0.0.1:${place.postgresPort}`),
    },
    redis: {
      // Who knows no password may only ask whether it is there.
      'users.acl': `user default on nopass -@all +ping\nuser shardlight on >${secrets.redisPassword} ~* &* +@all`,
      'url-on-this-machine': redis(`127.0.0.1:${place.redisPort}`),
    },
    manager: {
      'database-url': databaseUrl,
      'discord-token': secrets.discordToken,
      'manager-token': secrets.managerToken,
      'status-token': secrets.statusToken,
    },
    status: {
      'database-url': databaseUrl,
      'redis-url': redis('redis:6379'),
      'operator-token': secrets.operatorToken,
      'operator-tokens': tokens(`*:${secrets.operatorToken}`, given.operatorTokens),
      tokens: tokens(`${place.clusterName}:${secrets.statusToken}`, given.statusTokens),
      webhooks: given.webhooks,
      'webhook-secret': given.webhookSecret,
      'glance-passphrase': given.glancePassphrase,
    },
    ingester: { 'database-url': databaseUrl },
    sandbox: { token: secrets.sandboxToken },
    grafana: { 'admin-password': secrets.grafanaPassword },
    pgadmin: {
      password: secrets.pgadminPassword,
      pgpass: `postgres:5432:*:shardlight:${secrets.postgresPassword.replaceAll(/[\\:]/g, '\\$&')}`,
    },
    spark: { 'database-url': databaseUrl },
  }
}
