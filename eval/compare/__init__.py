"""Compares two bundles on the same items, and writes the page."""
