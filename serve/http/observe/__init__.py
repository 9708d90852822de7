"""Metrics and logs for an operator. Neither holds text of an article."""
