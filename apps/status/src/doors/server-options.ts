import type { Server } from 'node:http'
import type { FastifyHttpOptions } from 'fastify'
import type { StatusConfig } from '../config.ts'
import { answerConnectionError, answerFrameworkError } from './framework-errors.ts'

/** What no route asks for more than. */
const MOST_BODY_BYTES = 16 * 1024
/** Guild links are the longest that a path holds. */
const MOST_PARAM_LENGTH = 500

/** How long anybody may take, so that a client which sends a byte a second holds no connection for long. */
const HEADERS_TIMEOUT_MS = 10_000
/** 4 MiB, the largest push, at 1 Mbit/s. */
const REQUEST_TIMEOUT_MS = 35_000
const IDLE_TIMEOUT_MS = 75_000
const LOOK_INTERVAL_MS = 5_000

export const serverOptions = ({
  trustProxy,
}: Pick<StatusConfig, 'trustProxy'>): FastifyHttpOptions<Server> => ({
  forceCloseConnections: true,
  bodyLimit: MOST_BODY_BYTES,
  trustProxy,
  routerOptions: { maxParamLength: MOST_PARAM_LENGTH },
  requestTimeout: REQUEST_TIMEOUT_MS,
  connectionTimeout: IDLE_TIMEOUT_MS,
  http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: LOOK_INTERVAL_MS },
  frameworkErrors: answerFrameworkError,
  clientErrorHandler: answerConnectionError,
})
