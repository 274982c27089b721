/** Components and embeds arrive as Discord's JSON: what the chat shows of it is read here, the rest is left out. */
type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : [])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const attachedName = (value: unknown): string =>
  typeof value === 'string' && value.startsWith('attachment://') ? value.slice('attachment://'.length) : ''

const webAddress = (value: unknown): string =>
  /^https?:\/\//.test(text(value)) || text(value).startsWith('/attachments/') ? text(value) : ''

export type ButtonPart = {
  kind: 'button'
  style: number
  label: string
  customId: string
  url: string
  isDisabled: boolean
}
export type SelectPart = {
  kind: 'select'
  customId: string
  placeholder: string
  isDisabled: boolean
  isMultiple: boolean
  options: { label: string; value: string; isDefault: boolean }[]
}
export type Part =
  | ButtonPart
  | SelectPart
  | { kind: 'row' | 'container'; parts: Part[] }
  | { kind: 'text'; text: string }
  | { kind: 'line' }

const ROW = 1
const BUTTON = 2
const STRING_SELECT = 3
const SECTION = 9
const TEXT_DISPLAY = 10
const SEPARATOR = 14
const CONTAINER = 17

const emojiOf = (value: unknown) => (isObject(value) ? text(value['name']) : '')

function readPart(json: Json): Part[] {
  switch (json['type']) {
    case ROW:
      return [{ kind: 'row', parts: readComponents(json['components']) }]
    case SECTION:
      return [
        ...readComponents(json['components']),
        ...(isObject(json['accessory']) ? readPart(json['accessory']) : []),
      ]
    case CONTAINER:
      return [{ kind: 'container', parts: readComponents(json['components']) }]
    case TEXT_DISPLAY:
      return [{ kind: 'text', text: text(json['content']) }]
    case SEPARATOR:
      return [{ kind: 'line' }]
    case BUTTON:
      return [
        {
          kind: 'button',
          style: Number(json['style']) || 2,
          label: [emojiOf(json['emoji']), text(json['label'])].filter(Boolean).join(' '),
          customId: text(json['custom_id']),
          url: webAddress(json['url']),
          isDisabled: json['disabled'] === true,
        },
      ]
    case STRING_SELECT:
      return [
        {
          kind: 'select',
          customId: text(json['custom_id']),
          placeholder: text(json['placeholder']) || 'Choose …',
          isDisabled: json['disabled'] === true,
          isMultiple: Number(json['max_values'] ?? 1) > 1,
          options: objects(json['options']).map(option => ({
            label: text(option['label']),
            value: text(option['value']),
            isDefault: option['default'] === true,
          })),
        },
      ]
    default:
      return []
  }
}

export const readComponents = (json: unknown): Part[] => objects(json).flatMap(readPart)

export type Embed = {
  title: string
  url: string
  description: string
  author: string
  footer: string
  image: string
  /** The name of the attachment that is its image: `attachment://chart.png`. */
  attachedImage: string
  /** `#rrggbb`, or empty. */
  color: string
  fields: { name: string; value: string; isInline: boolean }[]
}

export const readEmbeds = (json: unknown): Embed[] =>
  objects(json).map(embed => ({
    title: text(embed['title']),
    url: webAddress(embed['url']),
    description: text(embed['description']),
    author: isObject(embed['author']) ? text(embed['author']['name']) : '',
    footer: isObject(embed['footer']) ? text(embed['footer']['text']) : '',
    image: isObject(embed['image']) ? webAddress(embed['image']['url']) : '',
    attachedImage: isObject(embed['image']) ? attachedName(embed['image']['url']) : '',
    color: typeof embed['color'] === 'number' ? `#${embed['color'].toString(16).padStart(6, '0')}` : '',
    fields: objects(embed['fields']).map(field => ({
      name: text(field['name']),
      value: text(field['value']),
      isInline: field['inline'] === true,
    })),
  }))

export type ModalField = {
  customId: string
  label: string
  placeholder: string
  value: string
  isLong: boolean
  isRequired: boolean
  maxLength: number
}

const TEXT_INPUT = 4
const LABEL = 18
const PARAGRAPH = 2
const LONGEST_INPUT = 4_000

function readField(json: Json, label = text(json['label'])): ModalField[] {
  if (json['type'] === ROW) return objects(json['components']).flatMap(one => readField(one))
  if (json['type'] === LABEL && isObject(json['component']))
    return readField(json['component'], text(json['label']))
  if (json['type'] !== TEXT_INPUT) return []
  return [
    {
      customId: text(json['custom_id']),
      label,
      placeholder: text(json['placeholder']),
      value: text(json['value']),
      isLong: json['style'] === PARAGRAPH,
      isRequired: json['required'] !== false,
      maxLength: Number(json['max_length'] ?? LONGEST_INPUT),
    },
  ]
}

export const readModalFields = (json: unknown): ModalField[] => objects(json).flatMap(one => readField(one))
