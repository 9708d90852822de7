"""The error that readers raise: it says which file and line, what is wrong and what to do."""


class DataError(ValueError):
    """Bad input data. The message starts with `file:line` where there is one and reads as a sentence."""


def located(path: object, line: int | None, message: str) -> str:
    """`path:line: message`, as editors and people read it."""
    return f"{path}:{line}: {message}" if line is not None else f"{path}: {message}"
