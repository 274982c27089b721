/** A subset of Discord's markdown, as a tree: never HTML. */
export type Node =
  | { type: 'text'; text: string }
  | { type: 'bold' | 'italic' | 'strike' | 'quote' | 'small' | 'heading'; children: Node[] }
  | { type: 'code' | 'block'; text: string }
  | { type: 'link'; href: string; text: string }
  | { type: 'user' | 'channel' | 'role'; id: string }
  | { type: 'time'; seconds: number; style: string }

const RULES: [RegExp, (found: RegExpExecArray) => Node][] = [
  [/```(?:\w*\n)?([\s\S]+?)```/, found => ({ type: 'block', text: (found[1] ?? '').replace(/\n$/, '') })],
  [/`([^`\n]+)`/, found => ({ type: 'code', text: found[1] ?? '' })],
  [/\\([\\`*_~<>|#@[\]()-])/, found => ({ type: 'text', text: found[1] ?? '' })],
  [/\*\*([\s\S]+?)\*\*/, found => ({ type: 'bold', children: parseMarkdown(found[1] ?? '') })],
  [/~~([\s\S]+?)~~/, found => ({ type: 'strike', children: parseMarkdown(found[1] ?? '') })],
  [/\*([^*\s][^*]*?)\*/, found => ({ type: 'italic', children: parseMarkdown(found[1] ?? '') })],
  [/\b_([^_]+)_\b/, found => ({ type: 'italic', children: parseMarkdown(found[1] ?? '') })],
  [
    /\[((?:\\.|[^\]\n\\])+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/,
    found => ({ type: 'link', text: (found[1] ?? '').replaceAll(/\\(.)/g, '$1'), href: found[2] ?? '' }),
  ],
  [/<@!?(\d+)>/, found => ({ type: 'user', id: found[1] ?? '' })],
  [/<@&(\d+)>/, found => ({ type: 'role', id: found[1] ?? '' })],
  [/<#(\d+)>/, found => ({ type: 'channel', id: found[1] ?? '' })],
  [
    /<t:(-?\d{1,12})(?::([tTdDfFR]))?>/,
    found => ({ type: 'time', seconds: Number(found[1]), style: found[2] ?? 'f' }),
  ],
  [
    /<?(https?:\/\/[^\s<>]+[^\s<>.,:;!?)'"”])>?/,
    found => ({ type: 'link', text: found[1] ?? '', href: found[1] ?? '' }),
  ],
  // With its line's end, since it is a line of its own already.
  [/^-# (.+)(?:\n|$)/m, found => ({ type: 'small', children: parseMarkdown(found[1] ?? '') })],
  [/^#{1,3} (.+)(?:\n|$)/m, found => ({ type: 'heading', children: parseMarkdown(found[1] ?? '') })],
  [/^> (.+)$/m, found => ({ type: 'quote', children: parseMarkdown(found[1] ?? '') })],
]

/** Of all rules the one that matches first in the text wins, then the rest is read. */
export function parseMarkdown(text: string): Node[] {
  const nodes: Node[] = []
  let rest = text
  while (rest !== '') {
    let first: { found: RegExpExecArray; make: (found: RegExpExecArray) => Node } | undefined
    for (const [rule, make] of RULES) {
      const found = rule.exec(rest)
      // What is left may begin in the middle of a line.
      const isMidLine =
        found?.index === 0 && rule.source.startsWith('^') && !/(?:^|\n)$/.test(text.slice(0, -rest.length))
      if (found && !isMidLine && (!first || found.index < first.found.index)) first = { found, make }
    }
    if (!first) {
      nodes.push({ type: 'text', text: rest })
      break
    }
    const { found, make } = first
    if (found.index > 0) nodes.push({ type: 'text', text: rest.slice(0, found.index) })
    nodes.push(make(found))
    rest = rest.slice(found.index + found[0].length)
  }
  return nodes
}
