"""Harnesses that measure; each prints or writes a table, none is a timed test."""

from presscheck.configs.offline import stay_offline

stay_offline()  # every harness is a process of its own
