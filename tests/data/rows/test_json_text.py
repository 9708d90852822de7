import json

import pytest

from presscheck.data.rows.json_text import parse_json
from presscheck.data.rows.refusal import RowError


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": NaN}', "NaN is not JSON"),
        ('{"a": [-Infinity]}', "-Infinity is not JSON"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "the key 'c' is repeated"),
        ("[" * 100_000, "nested too deeply"),
        (f'{{"a": {"7" * 5000}}}', "too many digits"),
    ],
)
def test_what_python_reads_and_json_does_not_have(text: str, words: str) -> None:
    with pytest.raises(RowError, match=words) as caught:
        parse_json(text)
    assert caught.value.fault.code == "json"


@pytest.mark.parametrize("text", ['{"a": 1} // note', "{'a': 1}", '{"a": 1,}', '{"a": "x\ny"}', ""])
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        parse_json(text)


def test_what_is_json() -> None:
    assert parse_json('\ufeff{"a": "x\u2028y", "b": [{"a": 1}, {"a": 2}]}') == {
        "a": "x\u2028y",
        "b": [{"a": 1}, {"a": 2}],
    }
