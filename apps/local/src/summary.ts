import { relative } from 'node:path'
import type { LocalConfig } from './config.ts'
import { addressOf } from './preflight.ts'

/** What somebody who has just typed `npm start` wants to know. */
export function summary({
  config,
  dataDir,
  withSandbox,
  seconds,
}: {
  config: LocalConfig
  dataDir: string
  withSandbox: boolean
  seconds: number
}): string {
  const where = (host: string, port: number, path?: string) => addressOf({ host, port }, path)
  const shown = relative(process.cwd(), dataDir) || dataDir
  const addresses = [
    ['Status page', where(config.STATUS_HOST, config.STATUS_PORT)],
    ...(withSandbox
      ? [['Chat', `${where(config.SANDBOX_HOST, config.SANDBOX_PORT)}   a local Discord, with the bot in it`]]
      : []),
    ['Processes', where(config.MANAGER_HOST, config.MANAGER_PORT, '/processes')],
  ]
  const tries = withSandbox
    ? [
        'in the chat, write   @Shardlight count to 5',
        'or press / and take  /countdown start',
        'as two people (Act as) write   @Shardlight hello   and then ask them: /vote ask',
        'what changes on Wikipedia:   !recent 5   !stats   !setLang es',
        'kill -9 one of the processes, and watch the status page',
      ]
    : ['in Discord, mention the bot: count to 5', 'or use /countdown start']
  return [
    '',
    `Shardlight is running, ready after ${seconds.toFixed(1)} s.`,
    '',
    ...addresses.map(([name = '', address = '']) => `  ${name.padEnd(12)} ${address}`),
    '',
    ...tries.map((line, index) => `  ${(index === 0 ? 'Try' : '').padEnd(12)} ${line}`),
    '',
    `  ${'Data'.padEnd(12)} ${shown} (npm start -- --fresh begins anew), logs in ${shown}/logs`,
    '  Ctrl-C stops everything.',
    '',
  ].join('\n')
}
