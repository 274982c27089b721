import type { MessageView } from '../../../src/control-api.ts'
import { api } from '../api.ts'
import { Avatar } from '../avatar.tsx'
import { attempt, botId, dismissed, nameOf, userId } from '../store.ts'
import { Components } from './components-view.tsx'
import { readComponents, readEmbeds } from './discord-json.ts'
import { EmbedView } from './embed-view.tsx'
import { Markdown } from './markdown-view.tsx'

const QUICK_REACTIONS = ['👍', '❤️', '🎉']

const timeOf = (ms: number) =>
  new Date(ms).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' })

const react = (message: MessageView, emoji: string, remove = false) =>
  void attempt(() =>
    api.react({ userId: userId.value, messageId: message.id, emoji, ...(remove && { remove }) }),
  )

function Reactions({ message }: { message: MessageView }) {
  if (message.reactions.length === 0) return null
  return (
    <div class="reactions">
      {message.reactions.map(({ emoji, count, userIds }) => {
        const isMine = userIds.includes(userId.value)
        return (
          <button
            key={emoji}
            type="button"
            class="reaction"
            aria-pressed={isMine}
            aria-label={`${emoji}, ${count}`}
            onClick={() => react(message, emoji, isMine)}
          >
            {emoji} {count}
          </button>
        )
      })}
    </div>
  )
}

/** Those that no embed shows already. */
function Attachments({ message, shownNames }: { message: MessageView; shownNames: string[] }) {
  const others = message.attachments.filter(({ filename }) => !shownNames.includes(filename))
  return (
    <>
      {others.map(({ id, url, filename, contentType, description }) =>
        contentType.startsWith('image/') ? (
          <img key={id} class="picture" src={url} alt={description ?? filename} />
        ) : (
          <a key={id} class="file" href={url} download={filename}>
            {filename}
          </a>
        ),
      )}
    </>
  )
}

const putAway = (id: string) => {
  dismissed.value = new Set(dismissed.value).add(id)
}

/** @param isFirst of several by the same author in a row: it shows who and when. */
export function Message({
  message,
  isFirst,
  repliesTo,
}: {
  message: MessageView
  isFirst: boolean
  repliesTo: MessageView | undefined
}) {
  const embeds = readEmbeds(message.embeds)
  const isPing = message.mentions.includes(userId.value) && message.authorId === botId.value
  return (
    <article
      class={`message${isFirst ? ' message-first' : ''}${message.ephemeral ? ' message-ephemeral' : ''}${isPing ? ' message-ping' : ''}`}
      data-message-id={message.id}
      data-author-id={message.authorId}
      aria-label={`${message.authorName}, ${timeOf(message.sentAtMs)}`}
    >
      {isFirst && <Avatar id={message.authorId} name={message.authorName} isBot={message.bot} />}
      <div class="message-body">
        {repliesTo && (
          <p class="message-context">
            ↱ {repliesTo.authorName}:{' '}
            {repliesTo.content.replaceAll(/<@!?(\d+)>/g, (_, id) => `@${nameOf(id)}`).slice(0, 60)}
          </p>
        )}
        {message.interaction && (
          <p class="message-context">
            {nameOf(message.interaction.userId)} used <strong>/{message.interaction.commandName}</strong>
          </p>
        )}
        {isFirst && (
          <p class="message-head">
            <span class="author">{message.authorName}</span>
            {message.bot && <span class="badge">BOT</span>}
            <time dateTime={new Date(message.sentAtMs).toISOString()}>{timeOf(message.sentAtMs)}</time>
          </p>
        )}
        {message.content && (
          <div class="content" data-content>
            <Markdown text={message.content} />
            {message.editedAtMs !== undefined && <small> (edited)</small>}
          </div>
        )}
        {embeds.map((embed, index) => (
          <EmbedView
            key={index}
            embed={embed}
            picture={message.attachments.find(({ filename }) => filename === embed.attachedImage)}
          />
        ))}
        <Attachments message={message} shownNames={embeds.map(embed => embed.attachedImage)} />
        <Components parts={readComponents(message.components)} message={message} />
        <Reactions message={message} />
        {message.ephemeral && (
          <p class="message-context">
            Only you can see this ·{' '}
            <button type="button" class="textual" onClick={() => putAway(message.id)}>
              Dismiss
            </button>
          </p>
        )}
      </div>
      {!message.ephemeral && (
        <fieldset class="react" aria-label="React">
          {QUICK_REACTIONS.map(emoji => (
            <button
              key={emoji}
              type="button"
              aria-label={`React with ${emoji}`}
              onClick={() => react(message, emoji)}
            >
              {emoji}
            </button>
          ))}
        </fieldset>
      )}
    </article>
  )
}
