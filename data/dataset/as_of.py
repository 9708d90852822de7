"""What a source knew on a day: later rows are test, and nothing else is."""

from datetime import date

from presscheck.configs.sources import Source


def known_at(source: Source, day: date | None) -> Source | None:
    """The source with its rows from the day on as test, by the same rule as `test_from`; None without a day, or if the source has none.

    Days of dev that the source names itself stay if they are earlier.
    """
    if day is None or not getattr(source, "date", None):
        return None
    earlier = getattr(source, "dev_from", None)
    return source.model_copy(update={"test_from": day, "dev_from": earlier if earlier and earlier < day else None})
