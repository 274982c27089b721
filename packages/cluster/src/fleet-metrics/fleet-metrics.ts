import { AggregatorRegistry } from 'prom-client'
import { type FleetReport, fleetReport } from './fleet-report.ts'

/** One process's part in the sum. */
export type FleetMember = {
  /** Replaces what it said before. */
  report(report: FleetReport): void
  /** What it counted stays; its gauges are gone. */
  end(): void
}

export type FleetMetrics = {
  join(): FleetMember
  /** All processes as one, in Prometheus' text format. */
  text(): Promise<string>
}

/**
 * The metrics of all shard processes added up, the ended ones included, so that no counter or histogram ever falls.
 * Gauges are those of the living, taken together as each metric's `aggregator` says.
 */
export function createFleetMetrics(): FleetMetrics {
  const living = new Map<FleetMember, FleetReport>()
  let ended: FleetReport = []

  /** At once, so that whoever reads in between sees neither a sum without the process nor one with it twice. */
  const carryOn = (last: FleetReport): FleetReport => {
    const counted = last.filter(({ type }) => type !== 'gauge')
    return fleetReport.parse(AggregatorRegistry.aggregate([ended, counted]).getMetricsAsArray())
  }

  return {
    join() {
      let isOver = false
      const member: FleetMember = {
        report(report) {
          // An answer may come after the end of who gave it.
          if (!isOver) living.set(member, report)
        },
        end() {
          isOver = true
          const last = living.get(member)
          if (!last) return
          ended = carryOn(last)
          living.delete(member)
        },
      }
      return member
    },
    text: () => AggregatorRegistry.aggregate([ended, ...living.values()]).metrics(),
  }
}
