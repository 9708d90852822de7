"""Does a score depend on what else is in the batch?"""
