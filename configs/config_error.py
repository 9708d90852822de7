"""The error of configs, apart from the schema, whose import takes 0.07 s and which scoring does not need."""


class ConfigError(ValueError):
    """A config that cannot be used; the message lists every problem, one per line."""
