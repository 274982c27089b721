/** What a client sent is answered by closing its connection with this code. */
export class GatewayClose extends Error {
  readonly code: number
  constructor(code: number) {
    super(`the gateway closes with ${code}`)
    this.name = 'GatewayClose'
    this.code = code
  }
}
