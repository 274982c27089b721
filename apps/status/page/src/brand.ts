/** Whose page it is: text and addresses from the configuration, never markup. */
export type Brand = {
  name: string
  /** An image; undefined for our own. */
  logo: string | undefined
  links: readonly BrandLink[]
}

export type BrandLink = { text: string; href: string }

export const OUR_BRAND: Brand = { name: 'Shardlight', logo: undefined, links: [] }

const isText = (value: unknown): value is string => typeof value === 'string'

const isHttps = (value: unknown): value is string => isText(value) && value.startsWith('https://')

const isLink = (value: unknown): value is BrandLink =>
  typeof value === 'object' &&
  value !== null &&
  'text' in value &&
  isText(value.text) &&
  'href' in value &&
  isHttps(value.href)

/** The brand that the server wrote into the page, in an attribute; ours where there is none. */
export function readBrand(json: string | undefined): Brand {
  if (json === undefined) return OUR_BRAND
  const value: unknown = JSON.parse(json)
  if (typeof value !== 'object' || value === null) return OUR_BRAND
  const { name, logo, links }: { name?: unknown; logo?: unknown; links?: unknown } = value
  return {
    name: isText(name) ? name : OUR_BRAND.name,
    logo: isHttps(logo) ? logo : undefined,
    links: Array.isArray(links) ? links.filter(isLink) : [],
  }
}
