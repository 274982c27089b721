import type { Environment } from './otlp.ts'

const MARK_MS = 2_000

/**
 * Draws a line into every dashboard that shows annotations with one of these tags.
 * Source: Grafana's HTTP API, "Create Annotation". @returns what to say where Grafana is not known.
 */
export async function markInGrafana(
  { text, tags }: { text: string; tags: string[] },
  env: Environment,
): Promise<string | undefined> {
  const { GRAFANA_URL, GRAFANA_TOKEN } = env
  if (!GRAFANA_URL || !GRAFANA_TOKEN) return 'no marker: GRAFANA_URL and GRAFANA_TOKEN are not set'
  const response = await fetch(`${GRAFANA_URL.replace(/\/+$/, '')}/api/annotations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${GRAFANA_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ time: Date.now(), tags, text }),
    redirect: 'error',
    signal: AbortSignal.timeout(MARK_MS),
  })
  if (!response.ok) throw new Error(`Grafana answered ${response.status}`)
  return undefined
}
