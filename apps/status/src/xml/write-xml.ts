import { DOMImplementation, type Document, type Element, XMLSerializer } from '@xmldom/xmldom'

/** A text, or an element with what is in it; without a namespace an element has its parent's. */
export type XmlNode =
  | string
  | {
      name: string
      namespace?: string
      attributes?: Readonly<Record<string, string | number>>
      children?: readonly XmlNode[]
    }
export type XmlElement = Exclude<XmlNode, string>

function build(document: Document, { name, attributes, children }: XmlElement, namespace: string): Element {
  const element = document.createElementNS(namespace || null, name)
  for (const [attribute, value] of Object.entries(attributes ?? {}))
    element.setAttribute(attribute, `${value}`)
  for (const child of children ?? [])
    element.appendChild(
      typeof child === 'string'
        ? document.createTextNode(child)
        : build(document, child, child.namespace ?? namespace),
    )
  return element
}

/** Every text stays a text, whatever is in it; a character that XML has no place for throws. */
export function writeXml(root: XmlElement): string {
  const document = new DOMImplementation().createDocument(null, '')
  const element = build(document, root, root.namespace ?? '')
  return new XMLSerializer().serializeToString(element, { requireWellFormed: true })
}

export const writeXmlDocument = (root: XmlElement): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${writeXml(root)}`
