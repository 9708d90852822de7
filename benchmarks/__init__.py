"""Harnesses that measure; each prints or writes a table, none is a timed test."""
