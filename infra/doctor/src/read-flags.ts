import { allFeatures } from '@shardlight/features'
import { describeFlagsFile } from '@shardlight/flags'
import { reasonOf } from '@shardlight/service'

/** `read-flags.ts FILE`, a program: prints what the bot would take of it, as JSON. */
const [file = ''] = process.argv.slice(2)
const features = allFeatures.map(({ name }) => name)
const read = await describeFlagsFile(file, features).catch(error => ({ problem: reasonOf(error) }))
console.log(JSON.stringify(read))
