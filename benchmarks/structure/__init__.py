"""Size and imports of the packages at commits."""
