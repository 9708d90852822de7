"""Evaluation on labels of real news that a newsroom keeps in a folder of its own."""
