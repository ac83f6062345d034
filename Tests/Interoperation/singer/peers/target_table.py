# SPDX-License-Identifier: Apache-2.0
"""A target made with the SDK's SQL parts, for SQLite: times and nested values are text, which SQLite has no types for."""
import datetime
import json
from decimal import Decimal

import sqlalchemy
from singer_sdk import typing as th
from singer_sdk.sql import SQLConnector, SQLSink, SQLTarget


class TableConnector(SQLConnector):
    """Makes columns as SQLite means them."""

    allow_column_alter = True

    def to_sql_type(self, jsonschema_type):
        if "format" in jsonschema_type:
            return sqlalchemy.types.VARCHAR()
        return super().to_sql_type(jsonschema_type)


def bound(value):
    """What SQLite can bind of a value from a message or a batch file."""
    if isinstance(value, (dict, list)):
        return json.dumps(value, default=float, ensure_ascii=False)
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


class TableSink(SQLSink):
    connector_class = TableConnector
    max_size = 100

    def generate_insert_statement(self, full_table_name, schema):
        # The SDK's own insert fails at the first key that is there, and its taps read their bookmark's row again.
        return super().generate_insert_statement(full_table_name, schema).prefix_with("OR REPLACE")

    def process_batch(self, context):
        names = list(self.schema["properties"])
        context["records"] = [{name: bound(record.get(name)) for name in names} for record in context["records"]]
        super().process_batch(context)


class TableTarget(SQLTarget):
    name = "target-table"
    config_jsonschema = th.PropertiesList(th.Property("sqlalchemy_url", th.StringType, required=True)).to_dict()
    default_sink_class = TableSink


if __name__ == "__main__":
    TableTarget.cli()
