import type { AttachmentView } from '../../../src/control-api.ts'
import type { Embed } from './discord-json.ts'
import { Markdown } from './markdown-view.tsx'

/** @param picture the message's attachment that the embed shows as its image */
export const EmbedView = ({ embed, picture }: { embed: Embed; picture: AttachmentView | undefined }) => (
  <div class="embed">
    <svg class="embed-edge" aria-hidden="true" viewBox="0 0 4 10" preserveAspectRatio="none">
      <rect width="4" height="10" fill={embed.color || 'currentColor'} />
    </svg>
    <div class="embed-body">
      {embed.author && <p class="embed-small">{embed.author}</p>}
      {embed.title && (
        <p class="embed-title">
          {embed.url ? (
            <a href={embed.url} target="_blank" rel="noopener noreferrer nofollow">
              {embed.title}
            </a>
          ) : (
            embed.title
          )}
        </p>
      )}
      {embed.description && (
        <div class="embed-text">
          <Markdown text={embed.description} />
        </div>
      )}
      {embed.fields.length > 0 && (
        <dl>
          {embed.fields.map((field, index) => (
            <div key={index} class={field.isInline ? 'inline' : ''}>
              <dt>{field.name}</dt>
              <dd>
                <Markdown text={field.value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {picture && <img src={picture.url} alt={picture.description ?? picture.filename} />}
      {embed.image && <img src={embed.image} alt={embed.title || 'Picture'} />}
      {embed.footer && <p class="embed-small">{embed.footer}</p>}
    </div>
  </div>
)
