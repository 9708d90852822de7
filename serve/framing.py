"""The type of a framing span, from features of its words: a linear model that is fitted in training and stored in the bundle."""

from presscheck.data.text.framing import framing_features
from presscheck.serve.manifest import FramingModel


def framing_type(model: FramingModel, headline: str, start: int, end: int) -> str:
    """The most likely type of the framing words at these offsets."""
    features = framing_features(headline, start, end)
    known = [(value, model.weights[name]) for name, value in features.items() if name in model.weights]
    scores = [bias + sum(value * weights[column] for value, weights in known) for column, bias in enumerate(model.bias)]
    return model.types[max(range(len(scores)), key=scores.__getitem__)]
