import { isIP } from 'node:net'
import { z } from 'zod'

const MOST_HOPS = 10
const NAMED_RANGES = ['loopback', 'linklocal', 'uniquelocal']

function isRange(text: string): boolean {
  if (NAMED_RANGES.includes(text)) return true
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}

/** Whether the address that speaks for others, so many hops from here, is believed. */
export type TrustProxy = false | string | ((address: string, hop: number) => boolean)

/**
 * `TRUST_PROXY`: how many proxies are in front, or their addresses. X-Forwarded-For counts only from those: anybody
 * else could write any address into it. A number trusts whoever connects, so the port must be reachable through the
 * proxies alone.
 */
export const trustProxy = () =>
  z
    .string()
    .default('0')
    .transform((text, context): TrustProxy => {
      if (/^\d{1,2}$/.test(text) && Number(text) <= MOST_HOPS) {
        const hops = Number(text)
        return hops > 0 && ((_, hop) => hop < hops)
      }
      const ranges = text.split(/[\s,;]+/).filter(range => range !== '')
      if (ranges.length > 0 && ranges.every(isRange)) return ranges.join(',')
      context.addIssue({
        code: 'custom',
        message: `expected how many proxies there are, 0 to ${MOST_HOPS}, or their addresses, such as 10.0.0.0/8, loopback`,
      })
      return z.NEVER
    })
