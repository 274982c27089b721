import { appendFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { noteMessages } from './notes.ts'

const file = new URL(import.meta.url).searchParams.get('notes')
if (file !== null && isMainThread && process.env['CLUSTER_MANAGER_MODE']) {
  const t = (s: string) =>
    appendFileSync('/tmp/rr-trace', `${Date.now()} ${process.env['CLUSTER']} ${process.pid} ${s}\n`)
  t('start')
  const send = process.send!
  process.send = ((m: any, ...r: any[]) => {
    const j = JSON.stringify(m)
    if (!/health|Request/.test(j) && !/"eventLoop/.test(j)) t(`> ${j.slice(0, 150)}`)
    return (send as any).call(process, m, ...r)
  }) as never
  process.on('message', (m: any) => {
    const j = JSON.stringify(m)
    t(`< ${j.slice(0, 150)}`)
  })
  process.on('exit', () => t('exit'))
  process.on('SIGTERM', () => t('SIGTERM'))
  void import('discord.js').then(({ Client }) => {
    const { login } = Client.prototype
    Client.prototype.login = function (token) {
      noteMessages(this, file)
      t('login')
      this.on('shardResume', id => t(`resumed ${id}`))
      this.once('messageCreate', () => t('first message'))
      return login.call(this, token)
    }
  })
}
