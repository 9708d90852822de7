"""Labelled segments, their readers, and pure functions of text."""
