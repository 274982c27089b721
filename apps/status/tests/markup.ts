import { DOMParser } from '@xmldom/xmldom'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'

/** Stands in every name of an element or attribute that an attacker writes, and in none of ours. */
export const CANARY = 'zqx'

/** What would make an element, an attribute or a script of an attacker's if it were not escaped. */
export const HOSTILE = [
  `<${CANARY}>`,
  `<img src=x on${CANARY}=1>`,
  `"><${CANARY} a="`,
  `'><${CANARY} a='`,
  `" on${CANARY}="1`,
  `' on${CANARY}='1`,
  `</script><${CANARY}>`,
  `</title></style></textarea><${CANARY}>`,
  `]]><${CANARY}/>`,
  `--><${CANARY}/><!--`,
  `javascript:${CANARY}`,
  `<!DOCTYPE ${CANARY}>`,
  `<?${CANARY} ?>`,
  `&lt;${CANARY}&gt;`,
  `&#60;${CANARY}&#62;`,
  '\u202e\u2066',
  '\u0000',
  '\ud800',
  '\u2028',
  '%3Cscript%3E',
  '{{7*7}}',
  '__proto__',
  'constructor',
]

type Found = { name: string; attributes: [name: string, value: string][] }

function foundIn(node: DefaultTreeAdapterTypes.Node): Found[] {
  const own =
    'tagName' in node
      ? [
          {
            name: node.tagName,
            attributes: node.attrs.map(({ name, value }): [string, string] => [name, value]),
          },
        ]
      : []
  const children = 'childNodes' in node ? node.childNodes : []
  const inside = 'content' in node ? foundIn(node.content) : []
  return [...own, ...children.flatMap(foundIn), ...inside]
}

function foundInXml(text: string): Found[] {
  const onError = (level: string, message: string) => {
    if (level !== 'warning') throw new Error(`${level}: ${message}`)
  }
  const document = new DOMParser({ onError }).parseFromString(text, 'text/xml')
  return [...document.getElementsByTagName('*')].map(({ nodeName, attributes }) => ({
    name: nodeName,
    attributes: [...attributes].map(({ name, value }): [string, string] => [name, value]),
  }))
}

const isAddress = (name: string) => /^(href|src|action|formaction|xlink:href|data|srcset)$/.test(name)

/** What is in an answer that we would not have written: elements, attributes, addresses and scripts. */
export function strangeMarkup(mediaType: string, body: string): string[] {
  const isXml = /xml/.test(mediaType)
  if (!isXml && !/html/.test(mediaType)) return []
  const found = isXml ? foundInXml(body) : foundIn(parse(body))
  return found.flatMap(({ name, attributes }) => {
    const strange = attributes.flatMap(([key, value]) => {
      const isStrange =
        key.includes(CANARY) || key.startsWith('on') || (isAddress(key) && /^\W*javascript:/i.test(value))
      return isStrange ? [`${name} ${key}="${value}"`] : []
    })
    const isInline =
      name === 'script' &&
      !attributes.some(([key, value]) => key === 'src' || (key === 'type' && /json/.test(value)))
    return [...strange, ...(name.includes(CANARY) || isInline ? [`<${name}>`] : [])]
  })
}
