"""Reads files and rows, for `score`, `batch`, the service and training tables alike."""
