"""Requests that arrive together are scored together, behind a bounded queue."""
