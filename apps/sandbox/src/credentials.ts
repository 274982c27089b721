import { timingSafeEqual } from 'node:crypto'
import { BOT_ID } from './world/world.ts'

/** Has the shape of a bot token, and opens nothing anywhere else. */
export const SANDBOX_TOKEN = `${Buffer.from(BOT_ID).toString('base64url')}.sandbo.x-this-opens-only-the-sandbox-on-your-machine`

export type Credentials = ReturnType<typeof createCredentials>

/** The one bot token, which Discord resets when too many IDENTIFYs are sent. */
export function createCredentials(token: string) {
  let valid = true
  const expected = Buffer.from(token)
  return {
    accepts(given: string): boolean {
      const offered = Buffer.from(given)
      return valid && offered.length === expected.length && timingSafeEqual(offered, expected)
    },
    reset(): void {
      valid = false
    },
    /** As if the owner had put the new token into the bot's configuration. */
    restore(): void {
      valid = true
    },
  }
}
