export { countConnections } from './count-connections.ts'
export { type Database, DatabaseUnreachableError, openDatabase, type Queryable } from './database.ts'
export { migrate } from './migrate.ts'
