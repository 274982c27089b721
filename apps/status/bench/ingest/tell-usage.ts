/** Answers the benchmark what this process has used, and ends with it. */
export function tellUsage(): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ cpuMicroseconds: user + system, rssBytes: process.memoryUsage.rss() })
  })
  process.on('disconnect', () => process.exit())
}
