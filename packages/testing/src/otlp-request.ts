import protobuf from 'protobufjs'
import { z } from 'zod'

/** What we read of `opentelemetry/proto/collector/trace/v1/trace_service.proto`, release 1.9. */
const SCHEMA = `
  syntax = "proto3";
  message Request { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
  message Scope { string name = 1; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8;
    repeated KeyValue attributes = 9; repeated Event events = 11; repeated Link links = 13; Status status = 15;
  }
  message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; }
  message Link { bytes trace_id = 1; bytes span_id = 2; repeated KeyValue attributes = 4; }
  message Status { string message = 2; int32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue {
    oneof value {
      string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
      ArrayValue array_value = 5;
    }
  }
  message ArrayValue { repeated AnyValue values = 1; }
`

const Request = protobuf.parse(SCHEMA).root.lookupType('Request')

/** As bytes in protobuf, in hexadecimal in JSON. */
const id = z
  .union([z.instanceof(Uint8Array).transform(bytes => Buffer.from(bytes).toString('hex')), z.string()])
  .default('')
const nanoseconds = z.coerce.bigint()

type Plain = string | boolean | number
const plain = z.union([
  z.object({ stringValue: z.string() }).transform((value): Plain => value.stringValue),
  z.object({ boolValue: z.boolean() }).transform((value): Plain => value.boolValue),
  z.object({ intValue: z.coerce.number() }).transform((value): Plain => value.intValue),
  z.object({ doubleValue: z.number() }).transform((value): Plain => value.doubleValue),
])
const value = z.union([
  plain,
  z
    .object({ arrayValue: z.object({ values: z.array(plain).default([]) }) })
    .transform((several): Plain[] => several.arrayValue.values),
])
const attributes = z
  .array(z.object({ key: z.string(), value }))
  .default([])
  .transform(pairs => Object.fromEntries(pairs.map(pair => [pair.key, pair.value])))

const link = z.object({ traceId: id, spanId: id, attributes })
const event = z.object({ name: z.string(), timeUnixNano: nanoseconds, attributes })
const status = z.object({ code: z.number().default(0), message: z.string().default('') })

const span = z.object({
  traceId: id,
  spanId: id,
  parentSpanId: id,
  name: z.string(),
  kind: z.number().default(0),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes,
  events: z.array(event).default([]),
  links: z.array(link).default([]),
  status: status.default({ code: 0, message: '' }),
})

const request = z.object({
  resourceSpans: z
    .array(
      z.object({
        resource: z.object({ attributes }).default({ attributes: {} }),
        scopeSpans: z
          .array(
            z.object({
              scope: z.object({ name: z.string().default('') }).default({ name: '' }),
              spans: z.array(span).default([]),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
})

export type OtlpRequest = z.infer<typeof request>

/**
 * Reads what an exporter posts to `/v1/traces`.
 * @throws when it is not what OTLP says
 */
export function readOtlpRequest(body: Buffer, contentType: string): OtlpRequest {
  if (contentType.startsWith('application/json')) return request.parse(JSON.parse(body.toString('utf8')))
  if (contentType.startsWith('application/x-protobuf'))
    return request.parse(Request.toObject(Request.decode(body), { longs: String }))
  throw new Error(`OTLP is JSON or protobuf, not ${contentType}`)
}
