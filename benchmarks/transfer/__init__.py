"""How does a model do on public corpora that it never saw?"""
