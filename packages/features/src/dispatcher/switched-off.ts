import type { Answer, Call, Command, FeatureSwitch } from '../feature.ts'

/**
 * Asked before all else, since a feature is switched off above all when what it needs is in trouble. Switches concern
 * what is new: a command that sees to what has begun is always there.
 * @param featureOf the name of the feature that each command is of
 */
export const explainSwitchedOff =
  ({ featureOf, isOn }: { featureOf: ReadonlyMap<Command, string>; isOn: FeatureSwitch }) =>
  async (command: Command, { chat, userId }: Call): Promise<Answer | undefined> => {
    const feature = featureOf.get(command)
    if (feature === undefined || command.isOpenWhenOff) return undefined
    if (await isOn(feature, { guildId: chat.guildId, userId })) return undefined
    return {
      content: `Sorry, **/${feature}** is switched off here for now. What has begun goes on; please try again later.`,
    }
  }
