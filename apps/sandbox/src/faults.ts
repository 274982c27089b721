import { z } from 'zod'

const times = z.int().min(1).default(1)
const shardId = z.int().min(0)
/** Those that may stand in a close frame. */
const closeCode = z
  .int()
  .refine(
    code => (code >= 3000 && code <= 4999) || (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)),
    'expected a close code such as 4000',
  )
const route = z.string().min(1)

/** What can be made to go wrong, by `kind`. */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gateway-close'), shardId, code: closeCode }),
  z.strictObject({ kind: z.literal('reconnect'), shardId }),
  z.strictObject({ kind: z.literal('invalid-session'), shardId, resumable: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal('zombie'), shardId }),
  z.strictObject({ kind: z.literal('swallow-identify'), shardId: shardId.optional(), times }),
  z.strictObject({ kind: z.literal('rest-status'), route, status: z.int().min(400).max(599), times }),
  z.strictObject({
    kind: z.literal('rest-429'),
    route,
    scope: z.enum(['user', 'global', 'shared']).default('user'),
    retryAfterMs: z.int().min(1).default(1_000),
    times,
  }),
  z.strictObject({ kind: z.literal('rest-delay'), route, ms: z.int().min(0), times: times.optional() }),
  z.strictObject({ kind: z.literal('lose-response'), route, times }),
  z.strictObject({ kind: z.literal('stream-cut') }),
  z.strictObject({ kind: z.literal('stream-duplicate'), times }),
  z.strictObject({ kind: z.literal('stream-status'), status: z.int().min(400).max(599), times }),
])

export const FAULT_KINDS = faultSchema.options.map(option => option.shape.kind.value)

export type Fault = z.infer<typeof faultSchema>
export type RestFault = Extract<Fault, { route: string }>

const isVariable = (segment: string) => segment.startsWith(':') || /^\{.*\}$|^\*$/.test(segment)

/** `POST /channels/:id/messages`, with or without method and `/api/v10`; `:id` and `{id}` stand for any. */
export function readRoute(pattern: string): { method?: string; segments: string[] } {
  const [, method, path = ''] = /^(?:([A-Za-z]+)\s+)?(\/\S*)$/.exec(pattern.trim()) ?? []
  const segments = path.replace(/^\/api\/v10(?=\/)/, '').split('/')
  return { ...(method && { method: method.toUpperCase() }), segments }
}

export function routeMatches(pattern: string, method: string, path: string): boolean {
  const wanted = readRoute(pattern)
  const segments = path.split('/')
  return (
    (wanted.method === undefined || wanted.method === method) &&
    wanted.segments.length === segments.length &&
    wanted.segments.every((segment, at) => {
      const actual = segments[at] ?? ''
      return segment === actual || isVariable(segment) || isVariable(actual)
    })
  )
}

export type Faults = ReturnType<typeof createFaults>

/** The faults that wait for their occasion; those of the gateway's sockets strike at once and are not kept. */
export function createFaults() {
  let waiting: { fault: Fault; left: number }[] = []

  function strike(struck: { fault: Fault; left: number } | undefined): Fault | undefined {
    if (!struck) return undefined
    struck.left--
    if (struck.left === 0) waiting = waiting.filter(other => other !== struck)
    return struck.fault
  }

  return {
    add(fault: Fault): void {
      const left = 'times' in fault && fault.times !== undefined ? fault.times : Number.POSITIVE_INFINITY
      waiting.push({ fault, left })
    },
    clear(): void {
      waiting = []
    },
    swallowIdentify: (shardId: number): boolean =>
      strike(
        waiting.find(
          ({ fault }) =>
            fault.kind === 'swallow-identify' && (fault.shardId === undefined || fault.shardId === shardId),
        ),
      ) !== undefined,
    /** The oldest fault of that kind that fits the request, which is thereby used once. */
    rest<Kind extends RestFault['kind']>(kind: Kind, method: string, path: string) {
      const fits = ({ fault }: { fault: Fault }) =>
        fault.kind === kind && 'route' in fault && routeMatches(fault.route, method, path)
      return strike(waiting.length === 0 ? undefined : waiting.find(fits)) as
        | Extract<RestFault, { kind: Kind }>
        | undefined
    },
  }
}
