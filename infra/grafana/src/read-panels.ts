import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { z } from 'zod'

const panel = z.object({
  id: z.int(),
  type: z.string(),
  title: z.string().min(3),
  description: z.string().min(10),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  targets: z.array(z.object({ refId: z.string(), expr: z.string(), legendFormat: z.string() })).min(1),
  fieldConfig: z.object({
    defaults: z.object({ unit: z.string(), mappings: z.array(z.unknown()).default([]) }),
  }),
})

export type ReadPanel = z.infer<typeof panel>

const around = z.object({
  annotations: z.object({ list: z.array(z.object({ name: z.string(), expr: z.string().optional() })) }),
  templating: z.object({ list: z.array(z.object({ name: z.string(), definition: z.string() })) }),
})

/** What a dashboard asks Prometheus for its marks and for its choices above, in PromQL. */
export function readAround(dashboard: Dashboard): { title: string; expr: string }[] {
  const { annotations, templating } = around.parse(JSON.parse(JSON.stringify(dashboard)))
  return [
    ...annotations.list.flatMap(({ name, expr }) => (expr === undefined ? [] : [{ title: name, expr }])),
    ...templating.list.map(({ name, definition }) => ({
      title: name,
      expr: /^label_values\((.*), \w+\)$/.exec(definition)?.[1] ?? definition,
    })),
  ]
}

/** As they are in the file that Grafana reads. */
export const readPanels = (dashboard: Dashboard): ReadPanel[] =>
  z.object({ panels: z.array(panel) }).parse(JSON.parse(JSON.stringify(dashboard))).panels
