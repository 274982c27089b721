import { isMainThread } from 'node:worker_threads'
import { noteMessages } from './notes.ts'

/**
 * Preloaded into the bot's own programs (`NODE_OPTIONS=--import`), so that what is measured is the bot itself. Where
 * to note is in the query, since a shard process is given no other variables than its own.
 */
const file = new URL(import.meta.url).searchParams.get('notes')
if (file !== null && isMainThread && process.env['CLUSTER_MANAGER_MODE']) {
  // Not awaited: the program is to start when it would. It logs in only after it has spoken with its manager.
  void import('discord.js').then(({ Client }) => {
    const { login } = Client.prototype
    Client.prototype.login = function (token) {
      noteMessages(this, file)
      return login.call(this, token)
    }
  })
}
