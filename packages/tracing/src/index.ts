export { tracingEnvironment } from './config.ts'
export {
  type Attributes,
  activeSpan,
  describeSpan,
  errorTypeOf,
  fail,
  followUp,
  type LongSpan,
  startTrace,
  withSpan,
  withSpanBelow,
} from './span.ts'
export { startTracing } from './start-tracing.ts'
export { currentTraceparent, linksTo } from './traceparent.ts'
