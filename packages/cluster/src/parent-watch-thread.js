// In a thread of its own, since the main thread may be the one that hangs; in JavaScript, since stripping types
// would cost this thread ten times the memory.
import { workerData } from 'node:worker_threads'

const { parentPid, graceMs } = workerData

const watch = setInterval(() => {
  if (process.ppid === parentPid) return
  clearInterval(watch)
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs)
}, 500)
