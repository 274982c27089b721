import type {
  DmView,
  MessageView,
  React,
  RunAutocomplete,
  RunCommand,
  SubmitModal,
  UseComponent,
  WorldView,
} from '../../src/control-api.ts'

/** The sandbox refused; the message is meant for people. */
export class RefusedError extends Error {}

async function call<Answer>(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> {
  const answer = await fetch(path, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  }).catch(() => {
    throw new RefusedError('The sandbox does not answer. Is it still running?')
  })
  const read: unknown = await answer.json().catch(() => undefined)
  if (answer.ok) return read as Answer
  const reason =
    typeof read === 'object' && read && 'error' in read ? String(read.error) : `error ${answer.status}`
  throw new RefusedError(reason)
}

const post = <Answer = unknown>(path: string, body: object) => call<Answer>('POST', path, body)

/** The calls of the control API that the chat makes. */
export const api = {
  world: (userId?: string) => call<WorldView>('GET', `/sandbox/world${userId ? `?userId=${userId}` : ''}`),
  messages: (channelId: string, userId: string) =>
    call<MessageView[]>('GET', `/sandbox/channels/${channelId}/messages?limit=20000&userId=${userId}`),
  write: (channelId: string, authorId: string, content: string) =>
    post(`/sandbox/channels/${channelId}/messages`, { authorId, content }),
  openDm: (userId: string) => post<DmView>('/sandbox/dms', { userId }),
  runCommand: (command: RunCommand) => post<{ id: string }>('/sandbox/interactions', command),
  autocomplete: (command: RunAutocomplete) => post<{ id: string }>('/sandbox/autocomplete', command),
  useComponent: (component: UseComponent) => post<{ id: string }>('/sandbox/components', component),
  submitModal: (modal: SubmitModal) => post('/sandbox/modals', modal),
  react: (reaction: React) => post('/sandbox/reactions', reaction),
  moveInVoice: (userId: string, guildId: string, channelId: string | null) =>
    post('/sandbox/voice', { userId, guildId, channelId }),
}
