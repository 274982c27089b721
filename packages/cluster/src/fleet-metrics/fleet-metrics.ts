import { AggregatorRegistry } from 'prom-client'
import { type FleetNews, type FleetReport, fleetReport } from './fleet-report.ts'
import { createKeptReport } from './kept-report.ts'

/** One process's part in the sum. */
export type FleetMember = {
  /** The last news that arrived, for whoever asks for the next. */
  seq(): number
  take(news: FleetNews): void
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
  const living = new Map<FleetMember, () => FleetReport>()
  let ended: FleetReport = []

  /** At once, so that whoever reads in between sees neither a sum without the process nor one with it twice. */
  const carryOn = (last: FleetReport): FleetReport => {
    const counted = last.filter(({ type }) => type !== 'gauge')
    return fleetReport.parse(AggregatorRegistry.aggregate([ended, counted]).getMetricsAsArray())
  }

  return {
    join() {
      const kept = createKeptReport()
      const member: FleetMember = {
        seq: kept.seq,
        take: kept.take,
        end() {
          // An answer may come after the end of who gave it, and counts no more.
          if (living.delete(member)) ended = carryOn(kept.report())
        },
      }
      living.set(member, kept.report)
      return member
    },
    text: () => {
      const reports = Array.from(living.values(), report => report())
      return AggregatorRegistry.aggregate([ended, ...reports]).metrics()
    },
  }
}
