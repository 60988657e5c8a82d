"""What the database computes of a JSON column that is always a list, so nobody reads it whole."""

from typing import Any

from django.db.models import Func, IntegerField, JSONField


class ListLength(Func):
    """The number of its elements."""

    function = "JSON_ARRAY_LENGTH"
    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_ARRAY_LENGTH", **context)


class FirstEight(Func):
    """The first eight elements of a list of eight and more."""

    template = "JSON_EXTRACT(%(expressions)s, " + ", ".join(f"'$[{n}]'" for n in range(8)) + ")"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "JSONB_PATH_QUERY_ARRAY(%(expressions)s, '$[0 to 7]')"
        return self.as_sql(compiler, connection, template=template, **context)
