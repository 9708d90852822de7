"""The error of configs, apart from the schema, which takes 0.07 s to import and which scoring does not need."""


class ConfigError(ValueError):
    """A config that cannot be used; the message lists every problem, one a line."""
