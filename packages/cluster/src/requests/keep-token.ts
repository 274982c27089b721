import type { REST } from 'discord.js'

/**
 * After one 401 discord.js forgets the token, and every request of the process fails until it ends. One 401 may be
 * a hiccup of Discord's; whether the token is refused for good is told by the gateway (close code 4004), and the
 * breaker on invalid requests holds a storm of them.
 */
export function keepToken(rest: REST, token: string): void {
  const setToken = rest.setToken.bind(rest)
  rest.setToken = given => setToken(given || token)
  rest.setToken(token)
}
