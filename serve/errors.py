"""The errors of the scoring path that reach a user."""


class ModelRefusedError(RuntimeError):
    """A bundle that cannot be trusted or found: the message says what is wrong and what to do. Exit code 3."""


class EngineError(RuntimeError):
    """The machines failed and not the job: the message says how, and the same command goes on. Exit code 1."""
