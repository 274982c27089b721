/** The same in every process of this machine. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6
