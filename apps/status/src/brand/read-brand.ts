import { z } from 'zod'
import type { Brand } from '../../page/src/brand.ts'

export type BrandConfig = Brand & {
  /** `#rrggbb`; undefined for our own. */
  accent: string | undefined
}

const MOST_NAME = 60
const MOST_LINKS = 10

/** On one line, and without what is invisible or turns the direction of writing. */
const plainText = z
  .string()
  .transform(text => text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim())
  .pipe(z.string().min(1, 'expected words').max(MOST_NAME, `expected at most ${MOST_NAME} characters`))

const httpsAddress = z
  .string()
  .trim()
  .refine(
    text => URL.canParse(text) && new URL(text).protocol === 'https:',
    'expected an address that begins with https://',
  )
  .transform(text => new URL(text).href)

const linkSchema = z.object({ text: plainText, href: httpsAddress })

const links = z
  .string()
  .default('')
  .transform((given, context) => {
    const parts = given.split(';').filter(part => part.trim() !== '')
    if (parts.length > MOST_LINKS)
      context.addIssue({ code: 'custom', message: `expected at most ${MOST_LINKS} links` })
    return parts.flatMap(part => {
      const equals = part.indexOf('=')
      const read = linkSchema.safeParse({ text: part.slice(0, equals), href: part.slice(equals + 1) })
      if (equals > 0 && read.success) return [read.data]
      context.addIssue({
        code: 'custom',
        message: `expected Text=https://…;Text=https://…, not "${part.trim()}"`,
      })
      return []
    })
  })

/** Whose page it is, in words, addresses and one colour. */
export const brandVariables = {
  STATUS_NAME: plainText.default('Shardlight'),
  STATUS_LINKS: links,
  STATUS_LOGO: httpsAddress.optional(),
  STATUS_ACCENT: z
    .string()
    .trim()
    .regex(/^#[\da-f]{6}$/i, 'expected a colour such as #2f5fd0')
    .transform(colour => colour.toLowerCase())
    .optional(),
}

const variables = z.object(brandVariables)

export const brandOf = (read: z.infer<typeof variables>): BrandConfig => ({
  name: read.STATUS_NAME,
  links: read.STATUS_LINKS,
  logo: read.STATUS_LOGO,
  accent: read.STATUS_ACCENT,
})
