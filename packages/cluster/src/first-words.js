// Loaded before all else of a shard process: its manager hears every second that its event loop turns, however long it
// takes to load the rest. In JavaScript, since not even the stripping of types should come first.
const say = () => process.connected && process.send?.({ shardlight: 'alive' }, undefined, undefined, () => {})
say()
setInterval(say, 1_000).unref()
