"""Compares what the Spark job counted with what the ingester counted. Exits 0 if all is equal, 1 if not, 2 if it could
not compare."""

import argparse
import os
import sys
from datetime import date

import psycopg

_DIFFERENCES = """
SELECT day::text, wiki, type, CASE WHEN is_bot THEN 'bot' ELSE 'human' END,
       coalesce(spark.count, 0), coalesce(ingester.count, 0)
FROM spark_day_counts spark FULL JOIN recent_change_days ingester USING (day, wiki, type, is_bot)
WHERE (%(days)s::date[] IS NULL OR day = ANY (%(days)s)) AND coalesce(spark.count, 0) <> coalesce(ingester.count, 0)
ORDER BY day, wiki, type, is_bot
"""
_TOTALS = """
SELECT count(DISTINCT day), coalesce(sum(count), 0) FROM spark_day_counts
WHERE %(days)s::date[] IS NULL OR day = ANY (%(days)s)
"""
_HEADINGS = ("day", "wiki", "type", "by", "Spark", "ingester", "difference")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("days", nargs="*", type=day, metavar="yyyy-mm-dd", help="default: all days")
    parser.add_argument("--database-url", default=os.environ.get("DATABASE_URL"), help="default: DATABASE_URL")
    options = parser.parse_args()
    if not options.database_url:
        parser.error("set DATABASE_URL or --database-url")
    return options


def day(text):
    return date.fromisoformat(text)


def read_both(database_url, days):
    with psycopg.connect(database_url) as database:
        # Both counts as of one moment, though both go on.
        database.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        chosen = {"days": days or None}
        return database.execute(_DIFFERENCES, chosen).fetchall(), database.execute(_TOTALS, chosen).fetchone()


def as_cells(row):
    *key, spark, ingester = row
    return (*key, f"{spark:,}", f"{ingester:,}", f"{spark - ingester:+,}")


def print_table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    for row in rows:
        cells = [
            cell.ljust(width) if column < 4 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths))
        ]
        print("  ".join(cells).rstrip())


def main():
    options = parse_arguments()
    try:
        differences, (day_count, changes) = read_both(options.database_url, options.days)
    except psycopg.errors.UndefinedTable as error:
        print(f"cannot compare: {error.diag.message_primary}", file=sys.stderr)
        return 2
    except psycopg.Error as error:
        print(f"cannot compare: {error}", file=sys.stderr)
        return 2
    if not differences:
        print(f"equal: {changes:,} changes of {day_count} days")
        return 0
    print_table([_HEADINGS, *(as_cells(row) for row in differences)])
    print(f"different: {len(differences)} counts")
    return 1


if __name__ == "__main__":
    sys.exit(main())
