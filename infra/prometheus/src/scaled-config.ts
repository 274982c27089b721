import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { folder } from './read-rules.ts'

const INTERVAL_MS = 15_000

const config = z.looseObject({
  scrape_configs: z.array(
    z.looseObject({
      http_sd_configs: z.array(z.looseObject({ url: z.string() })).optional(),
      dns_sd_configs: z.array(z.looseObject({ names: z.tuple([z.string()]) })).optional(),
    }),
  ),
})

/** `prometheus.yml` with other addresses for its hosts, in which time goes by so many times faster. */
export async function scaledConfig({
  addresses,
  factor,
}: {
  /** By host and port, or by name alone where it asks a name server, of which there is none here. */
  addresses: Record<string, string>
  factor: number
}): Promise<string> {
  let text = await readFile(join(folder, 'prometheus.yml'), 'utf8')
  for (const [host, address] of Object.entries(addresses))
    if (host.includes(':')) text = text.replaceAll(host, address)
  const { scrape_configs, ...others } = config.parse(parse(text))
  const interval = `${INTERVAL_MS / factor}ms`
  return stringify({
    ...others,
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    scrape_configs: scrape_configs.map(({ http_sd_configs, dns_sd_configs, ...job }) => ({
      ...job,
      ...(http_sd_configs && {
        http_sd_configs: http_sd_configs.map(one => ({ ...one, refresh_interval: interval })),
      }),
      ...(dns_sd_configs && {
        static_configs: dns_sd_configs.map(({ names: [name] }) => ({ targets: [addresses[name] ?? name] })),
      }),
    })),
  })
}
