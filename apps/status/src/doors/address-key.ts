import { isIPv4, isIPv6 } from 'node:net'

/** The eight groups of an IPv6 address, `::` filled in. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  return [...left, ...Array.from({ length: missing }, () => '0'), ...right]
}

/** Some proxies write `192.0.2.1:4711` or `[2001:db8::1]:4711`. */
const withoutPort = (address: string) =>
  /^\[(.*)\](:\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address

/**
 * Under what an address is counted: an IPv6 one by its /64, since whoever has one address there has all 2^64. What a
 * proxy passed on and is no address counts as one and the same.
 */
export function addressKey(given: string): string {
  const address = withoutPort(given)
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1] ?? address
  if (isIPv4(mapped)) return mapped
  const bare = address.split('%')[0] ?? ''
  if (!isIPv6(bare)) return 'unknown'
  const prefix = groupsOf(bare).slice(0, 4)
  return `${prefix.map(group => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
