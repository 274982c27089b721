import type { Deployment } from '../deployment.ts'
import { doubt, type Examination, good } from '../finding.ts'

export const wikipedia = ({ read }: Deployment): Examination => ({
  name: 'Wikipedia',
  todo: 'look at WIKIPEDIA_STREAM_URL',
  async run() {
    const contact = read('WIKIPEDIA_CONTACT')
    if (contact !== undefined) return [good(`Wikimedia may ask ${contact}`)]
    if (read('WIKIPEDIA_STREAM_URL') !== undefined) return [good('another stream than Wikimedia’s is read')]
    if (read('DISCORD_TOKEN') === undefined) return [good('the sandbox has a stream of its own')]
    return [
      doubt(
        'no WIKIPEDIA_CONTACT: nothing new comes from Wikipedia',
        'set it to an e-mail address or a web page; Wikimedia asks for one',
      ),
    ]
  },
})
