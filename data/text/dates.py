"""Patterns for the names of weekdays and months, full and abbreviated."""

import re

WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?)"
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_DATE = re.compile(rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {MONTH}|{MONTH}\.? \d{{1,4}}|{WEEKDAY})\.?(?:,? \d{{4}})?")


def is_date(text: str) -> bool:
    """Whether a text is no more than a weekday, or a month with a number. A month alone may be a person: "May", "April"."""
    return bool(_DATE.fullmatch(text))
