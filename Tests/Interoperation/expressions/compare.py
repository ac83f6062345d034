# SPDX-License-Identifier: Apache-2.0
"""Evaluates random expressions in DuckDB and compares the values with ours.

Usage: compare.py CASES.json
"""
import json
import math
import sys

import duckdb

TYPES = {"i": "BIGINT", "j": "BIGINT", "d": "DOUBLE", "e": "DOUBLE", "s": "VARCHAR", "t": "VARCHAR", "b": "BOOLEAN",
         "c": "BOOLEAN", "ts": "TIMESTAMP", "dt": "DATE"}
AS_TEXT = {"timestamp": "epoch_us({})", "date": "date_diff('day', DATE '1970-01-01', {})"}


def table(connection, rows):
    connection.execute("CREATE TABLE t (row INTEGER, %s)" % ", ".join(f"{n} {t}" for n, t in TYPES.items()))
    count = len(rows["i"])
    for row in range(count):
        values = []
        for name in TYPES:
            value = rows[name][row]
            if value is None:
                values.append("NULL")
            elif name == "ts":
                values.append(f"make_timestamp({value})")
            elif name == "dt":
                values.append(f"DATE '1970-01-01' + {value}")
            elif TYPES[name] == "VARCHAR":
                values.append("'" + value.replace("'", "''") + "'")
            else:
                values.append(f"CAST('{value}' AS {TYPES[name]})")
        connection.execute(f"INSERT INTO t VALUES ({row}, {', '.join(values)})")
    return count


def theirs(connection, case, count):
    """A value for each row, or an exception for each row that has none."""
    expression = AS_TEXT.get(case["kind"], "{}").format(case["expression"])
    try:
        return [value for (value,) in connection.execute(f"SELECT {expression} FROM t ORDER BY row").fetchall()]
    except duckdb.Error:
        pass
    values = []
    for row in range(count):
        try:
            # OFFSET keeps the optimizer from computing anything for other rows.
            query = f"SELECT {expression} FROM (SELECT * FROM t WHERE row = {row}) AS t"
            values.append(connection.execute(query).fetchone()[0])
        except duckdb.Error as error:
            values.append(error)
    return values


def same(ours, other, kind):
    if ours is None or other is None:
        return ours is None and other is None
    if kind == "boolean":
        return ours == ("true" if other else "false")
    if kind in ("integer", "timestamp", "date"):
        return int(ours) == int(other)
    if kind == "number":
        left, right = float(ours), float(other)
        if math.isnan(left) or math.isnan(right):
            return math.isnan(left) and math.isnan(right)
        return left == right or abs(left - right) <= 1e-12 * max(abs(left), abs(right))
    return ours == other


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    count = table(connection, document["rows"])
    compared = stricter = differing = refused = 0
    for case in document["cases"]:
        other = theirs(connection, case, count)
        if "failure" in case:
            refused += 1
            if not all(isinstance(value, Exception) for value in other):
                differing += 1
                print(f"refused by us only: {case['expression']}\n  {case['failure']}")
            continue
        errors = set(case["errors"])
        for row in range(count):
            ours, value = case["values"][row], other[row]
            if isinstance(value, Exception) or row in errors:
                # Which parts of an expression are computed when another part already decides is not fixed in SQL.
                if isinstance(value, Exception) and row in errors:
                    continue
                stricter += 1
                if "--strict" in sys.argv:
                    print(f"error on one side only: {case['expression']}\n  row {row}: ours {ours!r} DuckDB {value!r}")
                continue
            if not same(ours, value, case["kind"]):
                differing += 1
                print(f"different: {case['expression']}\n  row {row}: ours {ours!r}, DuckDB {value!r}")
                print("  " + ", ".join(f"{name}={document['rows'][name][row]!r}" for name in TYPES))
                break
        compared += 1
    print(f"{compared} expressions over {count} rows compared with DuckDB {duckdb.__version__}: {differing} differ, "
          f"{refused} refused by both or us, {stricter} values with an error on one side only")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
