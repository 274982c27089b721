import { describe, expect, it } from 'vitest'
import { childOf, readXml } from '../../tests/read-xml.ts'
import { writeXml, writeXmlDocument } from './write-xml.ts'

const HOSTILE = ['<b>', '&lt;b&gt;', '&amp;lt;', ']]>', '"\'', '<!-- -->', 'Ünïcödé 🎉', '\n  spaces  \n']

describe('XML', () => {
  it.each(HOSTILE)('gives a text and an attribute back as they were: %j', text => {
    const root = readXml(writeXmlDocument({ name: 'a', attributes: { of: text }, children: [text] }))
    expect(root).toMatchObject({ name: 'a', text, attributes: { of: text } })
  })

  it('within XML is a text like others', () => {
    const inner = writeXml({ name: 'p', children: ['<b> &lt;'] })
    const root = readXml(writeXmlDocument({ name: 'a', children: [inner] }))
    expect(readXml(root.text)).toMatchObject({ name: 'p', text: '<b> &lt;' })
  })

  it('has the namespace of its parent, unless it has its own', () => {
    const written = writeXml({
      name: 'a',
      namespace: 'urn:one',
      children: [{ name: 'b' }, { name: 'x:c', namespace: 'urn:two' }],
    })
    expect(written).toBe('<a xmlns="urn:one"><b/><x:c xmlns:x="urn:two"/></a>')
    expect(childOf(readXml(written), 'b')).toBeDefined()
  })

  it.each(['\u0007', '\ufffe'])('is never written with a character that it has no place for: %j', text => {
    expect(() => writeXml({ name: 'a', children: [text] })).toThrow()
  })
})
