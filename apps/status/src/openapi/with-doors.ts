import { z } from 'zod'
import { type ApiDescription, json } from './operations.ts'

/** What is never told to wait. */
const UNLIMITED = ['/livez', '/readyz', '/healthz', '/metrics']

const operationSchema = z.looseObject({
  requestBody: z.unknown().optional(),
  security: z.array(z.unknown()).optional(),
  responses: z.record(z.string(), z.unknown()),
})

const retryAfter = { 'Retry-After': { description: 'in seconds', schema: { type: 'integer' } } }

const limited = (what: string) => ({
  429: { ...json(`too many ${what} from this address`, 'Error'), headers: retryAfter },
})

const ofWrites = { 413: json('the body is too large', 'Error') }
const ofBodies = {
  415: json('the body is no JSON', 'Error'),
}

function withDoorsOf(path: string, given: unknown): unknown {
  const operation = operationSchema.parse(given)
  return {
    ...operation,
    responses: {
      ...(UNLIMITED.includes(path) ? {} : limited(operation.security ? 'wrong tokens' : 'requests')),
      ...(operation.security ? ofWrites : {}),
      ...(operation.requestBody ? ofBodies : {}),
      ...operation.responses,
    },
  }
}

/** Adds to every operation what the doors may answer before its route is asked. */
export const withDoors = (paths: ApiDescription['paths']): ApiDescription['paths'] =>
  Object.fromEntries(
    Object.entries(paths).map(([path, operations]) => [
      path,
      Object.fromEntries(
        Object.entries(operations).map(([method, operation]) => [method, withDoorsOf(path, operation)]),
      ),
    ]),
  )
