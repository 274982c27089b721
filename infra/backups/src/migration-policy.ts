/** What the version that still runs while a new one starts may depend on. */
const BREAKING: [pattern: RegExp, what: string][] = [
  [/\bDROP\s+(?!NOT\s+NULL|DEFAULT|EXPRESSION|IDENTITY)(\w+)/i, 'drops what the version before may use'],
  [/\bRENAME\b/i, 'renames what the version before may use'],
  [/\bSET\s+NOT\s+NULL\b/i, 'refuses what the version before may write'],
  [
    /\bADD\s+COLUMN\b(?=[^,;]*\bNOT\s+NULL\b)(?![^,;]*\bDEFAULT\b)/i,
    'refuses what the version before writes',
  ],
  [
    /\bADD\s+(CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)\b/i,
    'refuses what the version before may write',
  ],
  [/\bALTER\s+(COLUMN\s+)?\w+\s+(SET\s+DATA\s+)?TYPE\b/i, 'changes the type of what the version before uses'],
  [/\b(TRUNCATE|DELETE\s+FROM)\b/i, 'deletes what the version before may use'],
  [/\bCREATE\s+OR\s+REPLACE\s+(FUNCTION|PROCEDURE|TRIGGER)\b/i, 'changes what the version before calls'],
]

/** `-- contract: since 1.4.0 nothing reads votes.tally`: from which release on the old shape is out of use, and why. */
const CONTRACT = /^-- contract: since (\d+\.\d+\.\d+) \S.*$/m

/** Without comments, strings and the bodies of functions, which may do as they like with rows. */
const onlyStatements = (sql: string) => sql.replaceAll(/--[^\n]*|'(?:[^']|'')*'|(\$\w*\$)[\s\S]*?\1/g, ' ')

/**
 * Why the version before might not survive a migration while a rolling restart is under way; nothing where it says
 * that it contracts what a release before has left.
 */
export function judgeMigration(sql: string): string[] {
  if (CONTRACT.test(sql)) return []
  return onlyStatements(sql)
    .split(';')
    .flatMap(statement => {
      const known = /\bCREATE\s+(UNLOGGED\s+)?TABLE\b/i.test(statement)
      const faults = known
        ? []
        : BREAKING.flatMap(([pattern, what]) => (pattern.test(statement) ? [what] : []))
      return faults.map(what => `${statement.trim().replaceAll(/\s+/g, ' ').slice(0, 80)}: ${what}`)
    })
}
