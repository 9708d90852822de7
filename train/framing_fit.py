"""Fits the model of framing types: a logistic regression over the features of framing words."""

from collections import Counter
from collections.abc import Sequence

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from presscheck.data.schema import Document
from presscheck.data.text.framing import framing_features
from presscheck.serve.manifest import FramingModel

MIN_SPANS = 2  # with a feature, or of a type
_INVERSE_L2 = 1.0
_DECIMALS = 3


def fit_framing(documents: Sequence[Document]) -> FramingModel | None:
    """Fits the model on the framing spans that have a type; None if there are not MIN_SPANS of two types."""
    spans = [
        (framing_features(segment.text, span.start, span.end), span.type)
        for document in documents
        for segment in document.segments
        for span in segment.spans
        if span.tag == "framing" and span.type is not None
    ]
    of_type = Counter(name for _, name in spans)
    spans = [(features, name) for features, name in spans if of_type[name] >= MIN_SPANS]
    if len({name for _, name in spans}) < 2:
        return None
    counts = Counter(name for features, _ in spans for name in features)
    known = {name for name, count in counts.items() if count >= MIN_SPANS}
    vectors = DictVectorizer()
    values = vectors.fit_transform([{k: v for k, v in features.items() if k in known} for features, _ in spans])
    model = LogisticRegression(C=_INVERSE_L2, max_iter=500).fit(values, [name for _, name in spans])
    weights, bias, types = model.coef_, model.intercept_, [str(name) for name in model.classes_]
    if len(types) == 2:  # with two classes the library keeps one column, for the second
        weights, bias = [[0.0] * weights.shape[1], weights[0]], [0.0, bias[0]]
    columns = zip(*weights, strict=True)
    return FramingModel(
        types=tuple(types),
        bias=tuple(round(float(value), _DECIMALS) for value in bias),
        weights={
            str(name): tuple(round(float(value), _DECIMALS) for value in column)
            for name, column in zip(vectors.feature_names_, columns, strict=True)
        },
    )
