"""The `presscheck` command: one file per command."""
