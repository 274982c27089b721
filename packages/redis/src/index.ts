export { connectTo } from './connect-to.ts'
export { loadScript, type Script } from './load-script.ts'
