import type { Deployment } from '../deployment.ts'
import { bad, type Examination, good } from '../finding.ts'

/** Whether the bot may push: what is sent is no push, and so is refused by its form only after the token was right. */
export const status = ({ read, readOr }: Deployment): Examination => ({
  name: 'status page',
  todo: 'is it running, and is STATUS_URL right? The bot works without it',
  async run(signal) {
    const url = read('STATUS_URL')
    if (url === undefined)
      return [good('no STATUS_URL: `npm start` sets it; without it the bot pushes nothing')]
    const cluster = readOr('CLUSTER_NAME', 'main')
    const token = read('STATUS_TOKEN')
    const answer = await fetch(`${url.replace(/\/$/, '')}/api/v2/clusters/${cluster}/shards`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: '{}',
      signal,
    })
    await answer.body?.cancel()
    if (answer.status === 400) return [good(`${cluster} may push to ${url}`)]
    if (answer.status === 401)
      return [
        bad(
          `the page refuses ${token === undefined ? 'pushes without a token' : 'the token'} for ${cluster}`,
          `set STATUS_TOKEN to one that STATUS_TOKENS has for ${cluster}; \`npm run status -- token ${cluster}\` makes one`,
        ),
      ]
    if (answer.status === 404)
      return [bad(`the page knows no cluster ${cluster}`, `add ${cluster} to STATUS_TOKENS of the page`)]
    return [bad(`${url} answers ${answer.status}`, 'is STATUS_URL that of the status page?')]
  },
})
