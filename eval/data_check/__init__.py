"""Checks data before it trains, and writes the page."""
