import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { fetchHelm } from '../src/helm/fetch-helm.ts'
import { type Helm, startHelm } from '../src/helm/start-helm.ts'

export const CHART = join(import.meta.dirname, '..', 'shardlight')

const texts = z.record(z.string(), z.string()).default({})

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string(), labels: texts, annotations: texts }),
})
export type KubeObject = z.infer<typeof object>

export type Rendered = {
  objects: KubeObject[]
  /** Of one kind, by the end of its name: `one('Service', 'status')`. */
  one(kind: string, component?: string): KubeObject
}

export const RELEASE = 'bot-shardlight'

function readObjects(text: string): Rendered {
  const objects = parseAllDocuments(text).flatMap(document => {
    if (document.errors.length > 0) throw new Error(document.errors.join('\n'))
    const content: unknown = document.toJS()
    return content === null ? [] : [object.parse(content)]
  })
  return {
    objects,
    one(kind, component) {
      const name = component === undefined ? RELEASE : `${RELEASE}-${component}`
      const found = objects.find(one => one.kind === kind && one.metadata.name === name)
      if (!found) throw new Error(`there is no ${kind} ${name}`)
      return found
    },
  }
}

export type Chart = AsyncDisposable & {
  helm: Helm
  /** Later values win over earlier ones, as with several `--values`. */
  render(...values: object[]): Promise<Rendered>
}

export async function openChart(): Promise<Chart> {
  const library = await fetchHelm()
  if (library === undefined) throw new Error('look with fetchHelm() first')
  const helm = await startHelm(library)
  return {
    helm,
    render: async (...values) => readObjects(await helm.template({ chart: CHART, values })),
    [Symbol.asyncDispose]: () => helm[Symbol.asyncDispose](),
  }
}
