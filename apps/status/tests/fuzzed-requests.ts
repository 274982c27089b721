import fc from 'fast-check'
import type { ListedRoute } from '../src/doors/route-list.ts'
import { HOSTILE } from './markup.ts'

const GUILD = '1161574221348863930'

/** Words with what is dangerous somewhere inside, and whatever else there is. */
export const hostile = fc
  .array(
    fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 8 }), fc.constant('a b')),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map(parts => parts.join(''))

const anyValue = fc.oneof(
  hostile,
  fc.constantFrom('', null, true, -1, 0, 1.5, 1e308, 2 ** 53, -0, [], {}, [[]], 'x'.repeat(5_000)),
  fc.jsonValue({ maxDepth: 3 }),
  fc.integer(),
)

const known: Record<string, string[]> = {
  cluster: ['main', 'glance', 'nobody', 'main.svg'],
  id: ['0', '1', '359', '360', '1e3', '-0', '00', '9'.repeat(400)],
  state: ['3', '7', '03'],
  guildId: [GUILD, `https://discord.com/channels/${GUILD}/1/2`, '99999999999999999999'],
}

export const encode = (value: string) => encodeURIComponent(value.toWellFormed())

/** A path of the route, its parameters anything. */
export const pathOf = ({ url }: ListedRoute) => {
  const names = [...url.matchAll(/:(\w+)|\*/g)].map(([, name]) => name ?? '*')
  return fc
    .tuple(...names.map(name => fc.oneof(fc.constantFrom(...(known[name] ?? ['0'])), hostile)))
    .map(values => {
      let at = -1
      return url.replace(/:\w+|\*/g, () => {
        at += 1
        return encode(values[at] ?? '')
      })
    })
}

export const queryOf = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom(
          'compact',
          'guild',
          'lang',
          'view',
          'verbose',
          'epoch',
          'seq',
          'limit',
          'before',
          'label',
          'style',
          'days',
          'since',
        ),
        hostile,
      ),
      fc.oneof(fc.constantFrom('true', '1', '-1', 'NaN', '9'.repeat(40), GUILD, 'ar', 'de'), hostile),
    ),
    { maxLength: 4 },
  )
  .map(pairs => pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&'))

/** What a header may hold on the wire. */
export const headerText = fc.oneof(
  hostile.map(text => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '')),
  fc.constantFrom('x'.repeat(4_000), ',,,', '*', '"', 'W/"', '::1', '999.1.1.1', `${'1.2.3.4,'.repeat(50)}`),
)
export const headersOf = fc.dictionary(
  fc.constantFrom(
    'accept',
    'accept-encoding',
    'accept-language',
    'authorization',
    'content-type',
    'forwarded',
    'host',
    'idempotency-key',
    'if-modified-since',
    'if-none-match',
    'origin',
    'range',
    'user-agent',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
  ),
  headerText,
  { maxKeys: 5 },
)

/** Bodies that are right, to be made wrong in one place. */
const samples: Record<string, unknown> = {
  shards: {
    totalShards: 360,
    generation: 0,
    process: { id: 'p0', pid: 1, version: '1', startedAtMs: 1, memoryBytes: 1 },
    shards: [{ id: 0, state: 3, pingMs: 41, guilds: 3, reconnects: 1 }],
  },
  notices: {
    source: 'manager',
    notices: [{ id: 'a', level: 'warning', text: 'a word', shards: [0], sinceMs: 1 }],
  },
  incidents: { title: 'Slow', text: 'We look.', impact: 'major', status: 'investigating', shards: [0] },
  updates: { status: 'monitoring', text: 'Better.' },
  maintenance: {
    title: 'New database',
    text: 'Soon.',
    startsAtMs: Date.now() + 3_600_000,
    endsAtMs: Date.now() + 7_200_000,
  },
}

/** The same with another value, or one more, at some place. */
function changed(value: unknown, path: number[], key: string, to: unknown): unknown {
  const [at = 0, ...rest] = path
  if (typeof value !== 'object' || value === null || path.length === 0) return to
  if (Array.isArray(value))
    return value.map((item, index) => (index === at % value.length ? changed(item, rest, key, to) : item))
  const names = Object.keys(value)
  if (at % (names.length + 1) === names.length) return { ...value, [key]: to }
  return Object.fromEntries(
    Object.entries(value).map(([name, item], index) => [
      name,
      index === at % (names.length + 1) ? changed(item, rest, key, to) : item,
    ]),
  )
}

export const bodyOf = ({ url }: ListedRoute) => {
  const sample = samples[url.split('/').at(-1) ?? ''] ?? samples['shards']
  return fc.oneof(
    fc
      .tuple(fc.array(fc.nat(20), { maxLength: 5 }), hostile, anyValue)
      .map(([path, key, to]) => JSON.stringify(changed(sample, path, key, to))),
    fc.constant(JSON.stringify(sample)),
    fc.json(),
    hostile,
    fc.constantFrom(
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '{"__proto__":{"isAdmin":true}}',
      '{"constructor":{"prototype":{"isAdmin":true}}}',
      '{"shards":[{"__proto__":null,"id":0,"state":3}]}',
      `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
      '{"shards":[{"id":1e999,"state":3}]}',
      '{"a":1,"a":2}',
    ),
  )
}
