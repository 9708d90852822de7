"""The HTTP service and its page, over the same scorer as the command line."""
