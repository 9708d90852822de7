"""Sums over articles' vectors, from which means and covariances come; they add up, and need no library to be read."""

from pydantic import Field

from presscheck.configs.section import Section


class Moments(Section):
    """Sums over articles.

    Attributes:
        vectors: which word vectors; moments of others cannot be compared.
        sums: of the articles' vectors, axis by axis.
        products: of each pair of axes, the upper triangle row by row.
    """

    vectors: str = ""
    articles: int = 0
    sums: list[int] = Field([])
    products: list[int] = Field([])


def combined_moments(first: Moments, second: Moments) -> Moments:
    """The sums of both, which are of the same word vectors where neither is empty."""
    if not first.articles or not second.articles:
        return first if first.articles else second
    if first.vectors != second.vectors:
        raise ValueError("moments of different word vectors do not add up")
    return Moments(
        vectors=first.vectors,
        articles=first.articles + second.articles,
        sums=[a + b for a, b in zip(first.sums, second.sums, strict=True)],
        products=[a + b for a, b in zip(first.products, second.products, strict=True)],
    )
