"""Normalises a label's cell or a mapping's key to one spelling, whatever its type in a file or YAML."""

import re

_WHOLE_FLOAT = re.compile(r"(-?[0-9]+)\.0+")


def spelling(value: object) -> str:
    """Text in lower case without surrounding white space; true as "true", null as "null", a whole float as its integer (1.0 as "1")."""
    text = ("null" if value is None else str(value)).strip().casefold()
    found = _WHOLE_FLOAT.fullmatch(text)
    return found[1].replace("-0", "0") if found else text
