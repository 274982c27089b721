import type { Embed } from './discord-json.ts'
import { Markdown } from './markdown-view.tsx'

export const EmbedView = ({ embed }: { embed: Embed }) => (
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
        <p>
          <Markdown text={embed.description} />
        </p>
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
      {embed.image && <img src={embed.image} alt={embed.title || 'Picture'} />}
      {embed.footer && <p class="embed-small">{embed.footer}</p>}
    </div>
  </div>
)
