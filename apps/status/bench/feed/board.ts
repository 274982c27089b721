import { setTimeout as sleep } from 'node:timers/promises'

const SOURCES = 8
const NOTICES = 64
const TEXT = 280
const INTERVAL_MS = 250

/** A board of so many notices that each change of one fills the lines of who does not read within seconds. */
export function startBoard({ url, token }: { url: string; token: string }): AsyncDisposable {
  const stopping = new AbortController()
  async function go(): Promise<void> {
    for (let round = 0; !stopping.signal.aborted; round += 1) {
      const notices = Array.from({ length: NOTICES }, (_, id) => ({
        id: `n${id}`,
        level: 'info',
        text: `${round} `.padEnd(TEXT, 'words '),
      }))
      const answer = await fetch(new URL('/api/v2/clusters/main/notices', url), {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ source: `source-${round % SOURCES}`, notices }),
      })
      if (!answer.ok) throw new Error(`the notices were answered ${answer.status}: ${await answer.text()}`)
      await sleep(INTERVAL_MS)
    }
  }
  const going = go()
  going.catch(() => {})
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await going
    },
  }
}
