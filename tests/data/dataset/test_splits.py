import hashlib
import json
from dataclasses import asdict, replace

from presscheck.data.dataset.splits import fingerprint, folds_of, is_replayed, split_of
from presscheck.data.schema import Document, Segment


def documents(count: int) -> list[Document]:
    segment = Segment("A text", "headline", {"claim": 1.0})
    return [Document(str(i), f"g{i // 2}", "s", "l", (segment,)) for i in range(count)]


def test_shares_are_met_and_a_group_never_moves() -> None:
    names = [split_of(f"group {i}", dev=0.1, test=0.2, salt="x") for i in range(5000)]
    assert abs(names.count("test") / 5000 - 0.2) < 0.02
    assert abs(names.count("dev") / 5000 - 0.1) < 0.02
    assert split_of("group 7", dev=0.1, test=0.2, salt="x") == names[7]
    assert [split_of(f"group {i}", dev=0.1, test=0.2, salt="y") for i in range(5000)] != names


def test_folds_keep_groups_together_and_cover_all() -> None:
    folds = folds_of(documents(40), count=3, salt="x")
    assert sorted(d.id for fold in folds for d in fold) == sorted(d.id for d in documents(40))
    owner = {d.group: i for i, fold in enumerate(folds) for d in fold}
    assert all(owner[d.group] == i for i, fold in enumerate(folds) for d in fold)
    assert max(map(len, folds)) - min(map(len, folds)) <= 2


def test_the_fingerprint_is_that_of_earlier_versions() -> None:
    """The hash of the sorted hashes of the documents as JSON."""
    found = documents(300)
    plain = [asdict(d) for d in found]
    for row in plain:
        del row["weight"]
        assert not row.pop("judged_headlines")
        row["segments"] = [{**segment, "notes": sorted(segment["notes"])} for segment in row["segments"]]
    digests = sorted(hashlib.sha256(json.dumps(row, sort_keys=True).encode()).digest() for row in plain)
    assert any(0 in digest for digest in digests)
    assert fingerprint(found) == hashlib.sha256(b"".join(digests)).hexdigest()


def test_the_fingerprint_sees_labels_and_not_order() -> None:
    first = documents(6)
    assert fingerprint(first) == fingerprint(first[::-1])
    changed = [replace(first[0], segments=(Segment("A text", "headline", {"claim": 0.0}),)), *first[1:]]
    assert fingerprint(changed) != fingerprint(first)


def test_a_smaller_share_of_the_old_stories_is_a_part_of_a_larger_one_in_every_split() -> None:
    groups = [f"group {i}" for i in range(5000)]
    half, most = ({g for g in groups if is_replayed(g, share=share, salt="x")} for share in (0.5, 0.8))
    assert half < most
    assert abs(len(half) / 5000 - 0.5) < 0.03
    test = {g for g in groups if split_of(g, dev=0.1, test=0.2, salt="x") == "test"}
    assert abs(len(half & test) / len(test) - 0.5) < 0.05, "the choice does not follow the split"
    assert not any(is_replayed(g, share=0.0, salt="x") for g in groups)
    assert all(is_replayed(g, share=1.0, salt="x") for g in groups)
