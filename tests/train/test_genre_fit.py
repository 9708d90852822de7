import numpy as np

from presscheck.data.schema import Genre
from presscheck.serve.genre import CAPPED, GENRE_FEATURES, genre_probabilities
from presscheck.train.genre_fit import fit_genre


def articles(counts: dict[Genre, int], *, noise: float = 0.1) -> tuple[list[dict[str, float]], list[Genre]]:
    """Articles that their first feature tells apart, as far as the noise lets it."""
    random = np.random.default_rng(1)
    rows, genres = [], []
    for place, (genre, count) in enumerate(counts.items()):
        for _ in range(count):
            values = np.full(len(GENRE_FEATURES), 0.5)
            values[0] = place / len(counts) + random.normal(0.0, noise)
            rows.append(dict(zip(GENRE_FEATURES, values.tolist(), strict=True)))
            genres.append(genre)
    return rows, genres


def test_every_genre_with_enough_articles_is_learnt_and_no_other() -> None:
    rows, genres = articles({"news": 200, "opinion": 40, "release": 40, "satire": 4})
    model = fit_genre(rows, genres, l2=3.0, news_capped=0.01)
    assert model is not None
    assert model.genres == ("news", "opinion", "release")
    assert model.articles == 280
    assert model.macro_f1 > 0.7
    found = [genre_probabilities(row, model) for row in rows[:280]]
    assert all(abs(sum(p.values()) - 1) < 1e-9 for p in found)
    right = [max(p, key=lambda name: p[name]) == genre for p, genre in zip(found, genres, strict=False)]
    assert np.mean(right) > 0.8


def test_two_genres_are_told_apart_too() -> None:
    rows, genres = articles({"news": 40, "opinion": 40})
    model = fit_genre(rows, genres, l2=3.0, news_capped=0.05)
    assert model is not None
    first, last = genre_probabilities(rows[0], model), genre_probabilities(rows[-1], model)
    assert first["news"] > 0.5 > first["opinion"]
    assert last["opinion"] > 0.5 > last["news"]


def test_the_cap_spares_the_news() -> None:
    rows, genres = articles({"news": 300, "opinion": 60, "satire": 60}, noise=0.4)
    strict = fit_genre(rows, genres, l2=3.0, news_capped=0.01)
    loose = fit_genre(rows, genres, l2=3.0, news_capped=0.2)
    assert strict is not None
    assert loose is not None
    assert strict.news_capped <= 0.01
    assert strict.cap > loose.cap >= 0.5
    assert set(CAPPED) == {"opinion", "satire"}


def test_probabilities_fit_the_held_out_articles() -> None:
    rows, genres = articles({"news": 300, "opinion": 300}, noise=0.3)
    model = fit_genre(rows[::2], genres[::2], l2=0.01, news_capped=0.05)
    assert model is not None
    p = [genre_probabilities(row, model) for row in rows[1::2]]
    sure = np.mean([max(one.values()) for one in p])
    right = np.mean([one[genre] >= 0.5 for one, genre in zip(p, genres[1::2], strict=True)])
    assert abs(sure - right) < 0.08


def test_too_few_articles_give_no_model() -> None:
    rows, genres = articles({"news": 50, "opinion": 4})
    assert fit_genre(rows, genres, l2=3.0, news_capped=0.01) is None
    rows, genres = articles({"opinion": 50, "satire": 50})
    assert fit_genre(rows, genres, l2=3.0, news_capped=0.01) is None
