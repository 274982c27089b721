import { createDashboard } from '../dashboard.ts'
import { graph } from '../panels/graph.ts'
import { stat } from '../panels/stat.ts'
import { ofCluster, ofProcess, query } from '../queries.ts'
import { bytes, counted, perSecond, seconds, share } from '../units.ts'

/** A shard process has a number; the other programs are there once, or told apart by their address. */
const programs = (metric: string) => `${metric}{app=~"manager|status|ingester|sandbox"}`
const shards = (metric: string, ...matchers: string[]) =>
  ofProcess(metric, 'app="shard-process"', ...matchers)
const both = (what: (select: (metric: string) => string) => string) => [
  query('Process {{process}}', what(shards)),
  query('{{app}} {{instance}}', what(programs)),
]

export const processes = createDashboard({
  uid: 'processes',
  title: 'Processes',
  description: 'Event loops, memory, garbage collection, CPU and database connections of every program.',
  rows: [
    {
      height: 4,
      panels: [
        stat({
          title: 'Slowest event loop',
          description:
            'Longest delay within the last second of the chosen shard processes. 1 s is felt by people.',
          unit: seconds,
          queries: [query('Slowest', `max(${ofProcess('shardlight_cluster_process_loop_delay_seconds')})`)],
          warn: 0.2,
          bad: 1,
        }),
        stat({
          title: 'Memory of shard processes',
          description: 'Resident, of all that are chosen.',
          unit: bytes,
          queries: [query('Memory', `sum(${ofProcess('shardlight_cluster_process_memory_bytes')})`)],
        }),
        stat({
          title: 'Largest shard process',
          description: 'Resident memory of the one that has most.',
          unit: bytes,
          queries: [query('Largest', `max(${ofProcess('shardlight_cluster_process_memory_bytes')})`)],
        }),
        stat({
          title: 'Callers that wait for a connection',
          description:
            'To PostgreSQL. More than none for long: raise the number of connections, or find the slow query.',
          unit: counted('callers'),
          queries: [query('Waiting', 'sum(shardlight_database_waiting_callers)')],
          words: [{ value: 0, text: 'None', color: 'green' }],
          warn: 1,
        }),
        stat({
          title: 'Youngest process',
          description: 'Since its start. Short where something restarted a moment ago.',
          unit: seconds,
          queries: [
            query(
              'Age',
              'min(time() - process_start_time_seconds{app=~"manager|shard-process|status|ingester"})',
            ),
          ],
        }),
      ],
      widths: [5, 5, 5, 5, 4],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Delay of the event loop, shard processes',
          description: 'The longest within each second, as the manager hears of it.',
          unit: seconds,
          queries: [
            query(
              'Process {{process}}',
              `max by (process) (${ofProcess('shardlight_cluster_process_loop_delay_seconds')})`,
            ),
          ],
        }),
        graph({
          title: 'Delay of the event loop, 99 of 100',
          description: 'As each program measures it itself.',
          unit: seconds,
          queries: both(select => select('nodejs_eventloop_lag_p99_seconds')),
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Resident memory',
          description: 'What the system has given to each program.',
          unit: bytes,
          queries: both(select => select('process_resident_memory_bytes')),
        }),
        graph({
          title: 'Heap in use',
          description: 'What JavaScript holds. A line that only ever rises is a leak.',
          unit: bytes,
          queries: both(select => select('nodejs_heap_size_used_bytes')),
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'CPU',
          description: 'Cores in use: 100% is one core, and all that the event loop can have.',
          unit: share,
          queries: both(select => `rate(${select('process_cpu_seconds_total')}[$__rate_interval])`),
        }),
        graph({
          title: 'Garbage collection',
          description: 'Share of the time that is spent on it. Above 10% the heap is too small.',
          unit: share,
          queries: both(
            select =>
              `sum by (app, process, instance) (rate(${select('nodejs_gc_duration_seconds_sum')}[$__rate_interval]))`,
          ),
        }),
        graph({
          title: 'Collections by kind',
          description: 'Minor ones are cheap; many major ones mean that the heap is nearly full.',
          unit: perSecond('collections'),
          queries: [
            query('{{kind}}', 'sum by (kind) (rate(nodejs_gc_duration_seconds_count[$__rate_interval]))'),
          ],
        }),
      ],
    },
    {
      height: 9,
      panels: [
        graph({
          title: 'Connections to PostgreSQL',
          description: 'In use and idle, by program; fleet stands for all shard processes.',
          unit: counted('connections'),
          queries: [query('{{app}}, {{state}}', 'sum by (app, state) (shardlight_database_connections)')],
        }),
        graph({
          title: 'Callers that wait for a connection',
          description: 'By program.',
          unit: counted('callers'),
          queries: [query('{{app}}', 'sum by (app) (shardlight_database_waiting_callers)')],
        }),
        graph({
          title: 'Open files and sockets',
          description: 'Near the limit of the system (ulimit -n) new connections fail.',
          unit: counted('open'),
          queries: both(select => select('process_open_fds')),
        }),
      ],
    },
    {
      height: 8,
      panels: [
        graph({
          title: 'Events that a consumer has yet to look at',
          description: 'A line that only rises: what should follow from an event does not. The log says why.',
          unit: counted('events'),
          queries: [query('{{consumer}}', `max by (consumer) (${ofCluster('event_log_waiting_events')})`)],
        }),
      ],
    },
  ],
})
