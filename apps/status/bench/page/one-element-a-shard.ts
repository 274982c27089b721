import { once } from 'node:events'
import { createServer } from 'node:http'

const page = `<!doctype html>
<meta charset="utf-8">
<title>One element a shard</title>
<style>
  body { font: 12px sans-serif }
  .grid { display: flex; flex-wrap: wrap; gap: 2px }
  .shard { width: 18px; height: 18px; border-radius: 4px; background: #1e9e60; overflow: hidden }
  .shard[data-state="1"] { background: #c4162e }
  .shard[data-state="6"] { background: #f0a61e }
</style>
<h1>main</h1>
<div class="grid"></div>
<script>
  const grid = document.querySelector('.grid')
  const shards = []
  const show = (shard, state) => {
    shard.dataset.state = state
    shard.firstChild.textContent = state
  }
  const heard = shard => {
    shard.lastChild.textContent = new Date().toLocaleTimeString()
  }
  new WebSocket(new URLSearchParams(location.search).get('feed')).onmessage = ({ data }) => {
    const { op, payload } = JSON.parse(data)
    if (op === 'hello') {
      for (let id = 0; id < payload.main.len; id += 1) {
        const shard = document.createElement('div')
        shard.className = 'shard'
        shard.append(document.createElement('span'), document.createElement('span'))
        show(shard, payload.main[id]?.state ?? 0)
        shards.push(shard)
        grid.append(shard)
      }
      grid.id = 'shown'
      return
    }
    const shard = shards[payload.shard]
    if (!shard) return
    if (payload.state !== undefined) show(shard, payload.state)
    if (op === 'health_ping') heard(shard)
  }
</script>`

/**
 * The floor: a page as Glance's is, an element with two within for each shard, changed on each event of
 * `WS /api/feed` (foxbot/glance, `web/src`). `?feed=` is the address of that.
 */
export async function startOneElementAShard(): Promise<AsyncDisposable & { origin: string }> {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(page))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
