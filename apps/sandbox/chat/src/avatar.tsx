/** One of eight colours by id; the letters tell people apart as well. */
export const Avatar = ({ id, name, isBot = false }: { id: string; name: string; isBot?: boolean }) => (
  <span class={`avatar avatar-${isBot ? 'bot' : (BigInt(id) >> 22n) % 7n}`} aria-hidden="true">
    {name.slice(0, 1).toUpperCase()}
  </span>
)
