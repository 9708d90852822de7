"""The scoring path: bundle, scorer, verdicts, risk and the pages that show them. Nothing here imports a training library."""
