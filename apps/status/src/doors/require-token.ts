import { RequestError } from '../request-error.ts'
import type { KeptTokens } from './kept-tokens.ts'
import { EVERY_CLUSTER } from './read-tokens.ts'
import type { Refusals } from './refusals.ts'
import { isOneOf, type TokenDigest } from './token-digest.ts'

/** Who may write what: those who push tell of shards, operators of incidents. The one's tokens are not the other's. */
export type TokenScope = 'push' | 'operator'

const variableOf: Record<TokenScope, string> = {
  push: 'STATUS_TOKENS',
  operator: 'STATUS_OPERATOR_TOKENS',
}

/** What is looked at of a request, whatever its route. */
export type Asking = {
  readonly headers: { authorization?: string | undefined }
  readonly params: unknown
  readonly ip: string
}

export type RequireToken = (request: Asking) => Promise<void>

const clusterIn = (params: unknown): string | undefined =>
  typeof params === 'object' && params !== null && 'cluster' in params && typeof params.cluster === 'string'
    ? params.cluster
    : undefined

/**
 * An `onRequest` hook, so before the body is read: who may not write shall not make the server parse. Lets through who
 * has a token of that scope for the `:cluster` of the path; a route without one needs a token for every cluster.
 * @throws {RequestError} 401 without the right token, 404 where nobody has one.
 */
export function requireToken({
  scope,
  tokens,
  refusals,
}: {
  scope: TokenScope
  tokens: Pick<KeptTokens, 'byCluster'>
  refusals: Refusals
}): RequireToken {
  const variable = variableOf[scope]

  function check(digest: TokenDigest | undefined, cluster: string | undefined): void {
    if (digest === undefined)
      throw new RequestError(401, `Authorization: Bearer and a token of ${variable} are needed`)
    const forAll = tokens.byCluster.get(EVERY_CLUSTER)
    const forOne = cluster === undefined ? undefined : tokens.byCluster.get(cluster)
    if (!forAll && !forOne)
      throw new RequestError(
        404,
        `cluster "${cluster ?? EVERY_CLUSTER}" has no token; ${variable} gives it one`,
      )
    if (!isOneOf([...(forOne ?? []), ...(forAll ?? [])], digest))
      throw new RequestError(
        401,
        `this is not ${scope === 'operator' ? "an operator's" : 'the'} token of cluster "${cluster ?? EVERY_CLUSTER}"`,
      )
  }

  return async ({ ip, headers, params }) => {
    const secret = /^Bearer +(\S{1,1000}) *$/i.exec(headers.authorization ?? '')?.[1]
    refusals.guard({ ip, scope, secret }, digest =>
      check(secret === undefined ? undefined : digest, clusterIn(params)),
    )
  }
}
