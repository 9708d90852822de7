"""The one reader of files and rows: `score`, `batch`, the service and training tables all read through it."""
