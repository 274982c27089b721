import { startOtlpReceiver } from '@shardlight/testing/otlp-receiver'

/** A back end for traces in a process of its own, as it would be: tells where it is, and on each message how much came. */
const receiver = await startOtlpReceiver()
process.on('message', () => process.send?.({ spans: receiver.spans().length }))
process.on('disconnect', () => receiver[Symbol.asyncDispose]())
process.send?.({ url: receiver.url })
