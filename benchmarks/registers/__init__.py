"""Flags, risk and needs_source on registers of real news."""
