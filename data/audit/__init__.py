"""Audits a corpus: counts, checks against its plan, and artefact probes that predict labels from form alone."""
