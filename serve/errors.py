"""Errors of the scoring path that reach a user."""


class ModelRefusedError(RuntimeError):
    """The bundle cannot be trusted or found: the message says what is wrong and what to do. Exit code 3."""


class EngineError(RuntimeError):
    """The machines failed, not the job: the message says how, and the same command resumes it. Exit code 1."""
