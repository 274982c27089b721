import { Collection } from 'discord.js'

/** Takes nothing in. */
export class NothingKept<Key, Value> extends Collection<Key, Value> {
  override set(): this {
    return this
  }

  /** What is made from it, as by `concat`, holds what it is given. */
  static override get [Symbol.species](): typeof Collection {
    return Collection
  }
}

/** Keeps as many as `limit`, those that were added last. */
export class RecentlyAdded<Key, Value> extends Collection<Key, Value> {
  readonly #limit: number

  constructor(limit: number) {
    super()
    this.#limit = limit
  }

  override set(key: Key, value: Value): this {
    super.set(key, value)
    const [oldest] = this.keys()
    if (this.size > this.#limit && oldest !== undefined) this.delete(oldest)
    return this
  }

  /** What is made from it, as by `filter`, has no limit. */
  static override get [Symbol.species](): typeof Collection {
    return Collection
  }
}
