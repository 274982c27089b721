import { trace } from '@opentelemetry/api'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace'
import type { TracingConfig } from './config.ts'

/** What follows from something that was kept is kept too, however few are. */
const followLinks = (inner: Sampler): Sampler => ({
  shouldSample(...[within, traceId, name, kind, attributes, links]) {
    if (links.length > 0 && !trace.getSpan(within)) return { decision: SamplingDecision.RECORD_AND_SAMPLED }
    return inner.shouldSample(within, traceId, name, kind, attributes, links)
  },
  toString: () => `FollowLinks{${inner}}`,
})

/** As OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG say. */
export function samplerOf({ sampler, share }: Pick<TracingConfig, 'sampler' | 'share'>): Sampler {
  switch (sampler) {
    case 'always_off':
      return new AlwaysOffSampler()
    case 'always_on':
      return new AlwaysOnSampler()
    case 'traceidratio':
      return followLinks(new TraceIdRatioBasedSampler(share))
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() })
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() })
    case 'parentbased_traceidratio':
      return followLinks(new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }))
  }
}
