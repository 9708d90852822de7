"""Cells that a spreadsheet would take for a formula: written with a quote before them, and read without it (OWASP, CSV injection)."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> object:
    """The value, with a quote before a text that a spreadsheet would take for a formula."""
    return "'" + value if isinstance(value, str) and value[:1] in _FORMULA else value


def plain_cell(text: str) -> str:
    """The text that `safe_cell` was given."""
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA else text
