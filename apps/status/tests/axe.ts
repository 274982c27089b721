import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/**
 * What axe objects to, in all of the page or in a part of it: each rule with the elements that break it. The page has
 * no frames, which is all that the legacy mode does not look into; the other opens one more page to put results
 * together, and costs three times as much.
 */
export async function objectionsTo(page: Page, part?: string): Promise<unknown[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  if (part !== undefined) axe.include(part)
  const { violations } = await axe.analyze()
  return violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)])
}
