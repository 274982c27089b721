import { countdown } from './countdown/index.ts'
import type { Feature } from './feature.ts'
import { votes } from './votes/index.ts'
import { wikipedia } from './wikipedia/index.ts'

export { cacheOptions, requiredIntents } from './client-options.ts'
export type { Feature, FeatureSwitch } from './feature.ts'
export { prepareFeatures } from './prepare-features.ts'
export { restOptions } from './rest-options.ts'
export { trimGuild } from './small-cache/trim-guild.ts'
export { type Packet, trimPacket, trimPackets } from './small-cache/trim-packet.ts'
export { type Features, startFeatures } from './start-features.ts'

/** All features of the bot; a new one is its folder and one line here. */
export const allFeatures: Feature[] = [countdown, wikipedia, votes]
