import { createTestApp, PASSPHRASE } from './test-app.ts'

/** `GLANCE_BOTS` of every test here, as the facts about Glance have it. */
const BOTS = 'main:60;other:4'

/** The app on a port of its own, spoken to over HTTP as bots speak to Glance. */
export async function startGlance(environment: Record<string, string> = {}) {
  const test = await createTestApp({ GLANCE_BOTS: BOTS, STATUS_TOKENS: '', ...environment })
  await test.app.listen({ host: '127.0.0.1', port: 0 })
  const address = test.app.server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the app does not listen')
  const host = `127.0.0.1:${address.port}`

  async function post(path: string, headers: Record<string, string> = { authorization: PASSPHRASE }) {
    const answer = await fetch(`http://${host}/api/${path}`, { method: 'POST', headers })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }

  return {
    ...test,
    host,
    post,
    status: async (cluster: string, shard: number, state: number) =>
      (await post(`status/${cluster}/${shard}/${state}`)).status,
    health: async (cluster: string, shard: number) => (await post(`health/${cluster}/${shard}`)).status,
    states: (cluster: string) => [...(test.registry.cluster(cluster)?.states ?? [])],
  }
}
