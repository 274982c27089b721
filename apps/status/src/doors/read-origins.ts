import { z } from 'zod'

const WEB = /^https?:/i
/** Those of other schemes, such as `capacitor://localhost`, are what they are: only http and https are put into shape. */
const OTHER_ORIGIN = /^(?!null$)[a-z][a-z0-9+.-]*:\/\/[^\s/?#@*]+$/

/** As browsers write it; undefined where it is no origin. */
function originOf(text: string): string | undefined {
  if (!WEB.test(text)) return OTHER_ORIGIN.test(text) ? text : undefined
  if (text.includes('*') || !URL.canParse(text)) return undefined
  const { origin, href } = new URL(text)
  return href === `${origin}/` ? origin : undefined
}

/** Origins, parted by commas, semicolons or spaces. None stands for several: each is compared as it is. */
export const origins = () =>
  z
    .string()
    .default('')
    .transform((text, context): string[] => {
      const read = text.split(/[;,\s]+/).filter(one => one !== '')
      return read.flatMap(one => {
        const origin = originOf(one)
        if (origin !== undefined) return [origin]
        context.addIssue({
          code: 'custom',
          message: `"${one}" is no origin; expected such as https://dashboard.example`,
        })
        return []
      })
    })
