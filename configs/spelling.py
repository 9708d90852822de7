"""How a label's cell and the key of a mapping are compared: as one spelling, whatever type a file or YAML gives them."""

import re

_WHOLE_FLOAT = re.compile(r"(-?[0-9]+)\.0+")


def spelling(value: object) -> str:
    """Text without capitals and white space around it; true as "true", null as "null", a whole float as its integer (1.0 as "1")."""
    text = ("null" if value is None else str(value)).strip().casefold()
    found = _WHOLE_FLOAT.fullmatch(text)
    return found[1].replace("-0", "0") if found else text
