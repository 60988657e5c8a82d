"""What an export gave, as a test reads it."""

from lookups import exports


def dicts(table):
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def written(format_name, table):
    return b"".join(exports.write(format_name, table.columns, table.rows, count=table.count))
