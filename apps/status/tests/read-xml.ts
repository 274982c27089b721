import { DOMParser, type Element, onErrorStopParsing } from '@xmldom/xmldom'

export type XmlElement = {
  name: string
  attributes: Record<string, string>
  children: XmlElement[]
  text: string
}

function readElement(element: Element): XmlElement {
  const nodes = Array.from({ length: element.childNodes.length }, (_, at) => element.childNodes.item(at))
  return {
    name: element.nodeName,
    attributes: Object.fromEntries(
      Array.from(element.attributes).map(({ name, value }) => [name, value] as const),
    ),
    children: Array.from(element.children).map(readElement),
    text: nodes.map(node => (node?.nodeType === node?.TEXT_NODE ? (node?.nodeValue ?? '') : '')).join(''),
  }
}

/** Reads XML strictly: throws where anything is wrong with it. */
export function readXml(xml: string): XmlElement {
  const document = new DOMParser({ onError: onErrorStopParsing }).parseFromString(xml, 'text/xml')
  const root = document.documentElement
  if (!root) throw new Error('there is no element')
  return readElement(root)
}

export const childrenOf = (element: XmlElement | undefined, name: string): XmlElement[] =>
  element?.children.filter(child => child.name === name) ?? []

export const childOf = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  childrenOf(element, name)[0]
