# SPDX-License-Identifier: Apache-2.0
"""The records that every case moves: what a tap holds, and so what a target must have in the end."""
import json
import random
from decimal import Decimal

SEED = 20_260_401
# Stands in every value of the field that selections leave out, and nowhere else.
SECRET = "TOPSECRET"


class Stream:
    """A named list of records with the schema and keys that a tap announces for them."""

    def __init__(self, name, properties, rows, replication_key=None):
        self.name, self.rows, self.replication_key = name, rows, replication_key
        self.keys = ["id"]
        self.schema = {"type": "object", "required": ["id"], "properties": properties}

    def but_for(self, *fields):
        """The same without some fields."""
        properties = {name: value for name, value in self.schema["properties"].items() if name not in fields}
        rows = [{name: value for name, value in row.items() if name not in fields} for row in self.rows]
        return Stream(self.name, properties, rows, self.replication_key)

    def head(self, count):
        return Stream(self.name, self.schema["properties"], self.rows[:count], self.replication_key)

    def flattened(self, depth):
        """With nested fields as columns of their own, to a depth; arrays and what is deeper as JSON text."""
        properties = flat_properties(self.schema["properties"], depth)
        rows = [flat_row(row, self.schema["properties"], depth) for row in self.rows]
        return Stream(self.name, properties, rows, self.replication_key)


def flat_properties(properties, depth, prefix=""):
    flat = {}
    for name, schema in properties.items():
        if "object" in schema["type"] and depth > 0:
            flat |= flat_properties(schema["properties"], depth - 1, f"{prefix}{name}__")
        elif "object" in schema["type"] or "array" in schema["type"]:
            flat[prefix + name] = nullable("string", contentMediaType="application/json")
        else:
            flat[prefix + name] = schema
    return flat


def flat_row(row, properties, depth, prefix=""):
    flat = {}
    for name, schema in properties.items():
        value = None if row is None else row[name]
        if "object" in schema["type"] and depth > 0:
            flat |= flat_row(value, schema["properties"], depth - 1, f"{prefix}{name}__")
        elif value is not None and ("object" in schema["type"] or "array" in schema["type"]):
            flat[prefix + name] = json.dumps(value, default=float)
        else:
            flat[prefix + name] = value
    return flat


def nullable(kind, **more):
    return {"type": [kind, "null"], **more}


NAMES = ["Ada", "José", "Søren", "Mei 梅", "O'Brien", 'said "so"', "two\nlines", "tab\there", "back\\slash",
         "🚚 on its way", "", " ", "\u2028", "<&>", "ÅÄÖ", "a\u0301"]
PEOPLE = {
    "id": {"type": "integer"},
    "name": {"type": "string"},
    "nickname": nullable("string"),
    "active": nullable("boolean"),
    "age": nullable("integer"),
    "score": nullable("number"),
    "born": nullable("string", format="date"),
    "seen": nullable("string", format="date-time"),
    "tags": nullable("array", items={"type": "string"}),
    "address": nullable("object", properties={
        "city": nullable("string"),
        "geo": nullable("object", properties={"lat": nullable("number"), "lon": nullable("number")}),
    }),
    "secret": nullable("string"),
}
ORDERS = {
    "id": {"type": "integer"},
    "updated_at": {"type": "string", "format": "date-time"},
    "amount": nullable("number"),
    "note": nullable("string"),
}
LEDGER = {"id": {"type": "integer"}, "wide": nullable("integer"), "exact": nullable("number")}


def moment(rng, number):
    """Ever later; with and without a fraction of a second."""
    fraction = rng.choice(["", ".500000", ".123456"])
    month, hour, minute = number // 86_400 % 12 + 1, number // 3600 % 24, number // 60 % 60
    return f"2024-{month:02d}-01T{hour:02d}:{minute:02d}:{number % 60:02d}{fraction}+00:00"


def people(count=250):
    rng = random.Random(SEED)

    def maybe(value):
        return None if rng.random() < 0.2 else value

    rows = []
    for number in range(1, count + 1):
        place = {"lat": round(rng.uniform(-90, 90), 4), "lon": round(rng.uniform(-180, 180), 4)}
        rows.append({
            "id": number,
            "name": rng.choice(NAMES) + rng.choice(NAMES),
            "nickname": maybe(rng.choice(NAMES)),
            "active": maybe(rng.random() < 0.5),
            "age": maybe(rng.choice([0, -1, 42, 2**31, 2**53 + 1, -(2**63), 2**63 - 1])),
            "score": maybe(rng.choice([0.5, -1.25, 1e-7, 82597.81, 3.0, 1e15 + 0.5])),
            "born": maybe(f"19{rng.randrange(10, 99)}-0{rng.randrange(1, 10)}-{rng.randrange(10, 29)}"),
            "seen": maybe(moment(rng, rng.randrange(10**6))),
            "tags": maybe(rng.sample(["a", "ü", "c d", '"', "emea"], rng.randrange(4))),
            "address": maybe({"city": maybe(rng.choice(NAMES)), "geo": maybe(place)}),
            "secret": f"{SECRET}-{number}",
        })
    return Stream("people", PEOPLE, rows)


def orders(first=1, last=120):
    """Sorted by `updated_at`; a later piece continues an earlier one."""
    rows = []
    for number in range(first, last + 1):
        rng = random.Random(SEED + number)
        rows.append({
            "id": number,
            "updated_at": moment(rng, number * 7),
            "amount": rng.choice([None, number / 4, number * 1.1]),
            "note": rng.choice([None, *NAMES]),
        })
    return Stream("orders", ORDERS, rows, replication_key="updated_at")


def ledger():
    """Numbers that neither 64 bits nor a double hold: as text, since Python's floats would lose them too."""
    values = [("1", "1.5"), ("-170141183460469231731687303715884105728", "0.1000000000000000055511151231257827"),
              ("123456789012345678901234567890", "1.1"), ("9223372036854775808", "12345678901234567890.123456789")]
    lines = [f'{{"id":{number},"wide":{wide},"exact":{exact}}}' for number, (wide, exact) in enumerate(values, 1)]
    return Stream("ledger", LEDGER, [parsed(line) for line in lines])


def parsed(text):
    """JSON with its decimals kept digit for digit."""
    return json.loads(text, parse_float=Decimal)


def line(row):
    """JSON text of a row; decimals are the digits that they are."""
    pairs = (
        f"{json.dumps(name)}:{value if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)}"
        for name, value in row.items())
    return "{" + ",".join(pairs) + "}"
