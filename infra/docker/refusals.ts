type Environment = Record<string, string | undefined>

const WIKIMEDIA = /(?:^|\.)(?:wikimedia|wikipedia)\.org$/
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '')
/** A server of Compose's own, for apps that run on this machine: no container could reach another there. */
const isHere = (url: string) => ['127.0.0.1', 'localhost', '[::1]'].includes(hostOf(url))

/** Why nothing should start: what is set would be ignored, and whoever set it would find out late. One line each. */
export function refusalsOf(environment: Environment): string[] {
  const refusals: string[] = []
  for (const [name, server] of [
    ['DATABASE_URL', 'PostgreSQL'],
    ['REDIS_URL', 'Redis'],
  ] as const) {
    const url = environment[name]
    const set = url && !isHere(url) ? name : environment[`${name}_FILE`] && `${name}_FILE`
    if (set)
      refusals.push(
        `${set} is set, but the containers use a ${server} of their own: take it out of .env, or run the apps without Compose`,
      )
  }
  if (environment['DISCORD_TOKEN_FILE'])
    refusals.push(
      'DISCORD_TOKEN_FILE is set, but Compose does not read that file: put the token itself into .env, as DISCORD_TOKEN',
    )
  const stream = environment['WIKIPEDIA_STREAM_URL']
  const readsWikimedia = stream ? WIKIMEDIA.test(hostOf(stream)) : Boolean(environment['DISCORD_TOKEN'])
  if (
    readsWikimedia &&
    environment['INGESTER_MODE'] !== 'kafka-to-postgresql' &&
    !environment['WIKIPEDIA_CONTACT']
  )
    refusals.push(
      'WIKIPEDIA_CONTACT is not set, and Wikimedia asks every client for one: put an e-mail address or a web page into .env',
    )
  return refusals
}
