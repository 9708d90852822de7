"""Typed configuration: the schema, the loader and every YAML that the project runs."""
