"""Who stands behind the sentences of a body."""
