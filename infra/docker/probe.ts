/** A health check without curl: is `http://127.0.0.1:PORT/readyz` content? `node infra/docker/probe.ts PORT` */
const answer = await fetch(`http://127.0.0.1:${process.argv[2]}/readyz`, {
  signal: AbortSignal.timeout(4_000),
})
console.log(await answer.text())
if (!answer.ok) process.exitCode = 1
