"""The error of the scoring path."""


class ModelRefusedError(RuntimeError):
    """A bundle that cannot be trusted or found: the message says what is wrong and what to do. Exit code 3."""
