import { parentPort, workerData } from 'node:worker_threads'

const { parentPid, graceMs } = workerData as { parentPid: number; graceMs: number }

/** In a thread of its own, since the main thread may be the one that hangs. */
const watch = setInterval(() => {
  if (process.ppid === parentPid) return
  clearInterval(watch)
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs)
}, 500)

parentPort?.once('message', () => clearInterval(watch))
