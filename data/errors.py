"""The error of readers: file and line, what is wrong and what to do."""


class DataError(ValueError):
    """Invalid input data. The message is a sentence that starts with `file:line` if there is one."""


def located(path: object, line: int | None, message: str) -> str:
    """`path:line: message`, as editors and people read it."""
    return f"{path}:{line}: {message}" if line is not None else f"{path}: {message}"
