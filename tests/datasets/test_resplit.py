"""Splits: by group, stable when data is added, the same bytes twice, and what is held out is held out whole."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.checks.run import problems_at
from datasets.pool import PoolError, split_of
from datasets.pool.split import joined_groups, leaders_of
from datasets.pool.stream import PoolStream
from datasets.resplit import split_pool
from datasets.verbs import split as verb
from datasets.verbs.outcome import quietly
from tests.datasets.pooling import bag, box, files_of, scan, write


@pytest.fixture
def pool(tmp_path):
    """Twelve bags; 1 is a crop of 0, 2 and 3 share a consignment, 4 and 5 a group; scanner b made 4, 6 and 7."""
    scans = [
        scan(f"{number:02}", bag(number), scanner="b" if number in (4, 6, 7) else "a", captured=f"2024-{number + 1:02}")
        for number in range(12)
    ]
    scans[1]["pixels"] = bag(0)[3:, :-5]
    for number in (2, 3):
        scans[number]["declared"] = "d"
    for number in (4, 5):
        scans[number]["group"] = "g"
    scans[8]["objects"] = [box()]
    return write(tmp_path / "pool", *scans)


def sides(root):
    return {scan.scan_id: scan.split for scan in PoolStream(root).scans()}


def test_splitting_twice_gives_the_same_bytes(pool, tmp_path):
    first = split_pool(pool, tmp_path / "one", [], track=quietly)
    second = split_pool(pool, tmp_path / "two", [], track=quietly)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
    assert first == second
    assert (first.joined, first.leaks) == (2, ())
    assert problems_at(tmp_path / "one") == []


def test_what_belongs_together_stands_together_and_the_rest_by_its_hash(pool, tmp_path):
    split_pool(pool, tmp_path / "out", [], track=quietly)
    groups = {scan.scan_id: scan.group for scan in PoolStream(tmp_path / "out").scans()}
    alone = {name: name for name in ("06", "07", "08", "09", "10", "11")}
    assert groups == {"00": "00", "01": "00", "02": "02", "03": "02", "04": "g", "05": "g"} | alone
    assert sides(tmp_path / "out") == {name: split_of(group) for name, group in groups.items()}


@pytest.mark.parametrize(
    ("rules", "held"),
    [
        (["scanner=b"], {"04", "05", "06", "07"}),  # 05 is of the group of 04
        (["from=2024-10"], {"09", "10", "11"}),
        (["from=2024-12", "scanner=b"], {"04", "05", "06", "07", "11"}),
    ],
)
def test_what_is_held_out_is_held_out_whole(pool, tmp_path, rules, held):
    done = split_pool(pool, tmp_path / "out", rules, track=quietly)
    found = sides(tmp_path / "out")
    assert {found[name] for name in held} == {"test"}
    split_pool(pool, tmp_path / "plain", [], track=quietly)
    assert {name: side for name, side in found.items() if name not in held} == {
        name: side for name, side in sides(tmp_path / "plain").items() if name not in held
    }
    assert done.leaks == ()
    assert done.info.history[-1].arguments == {"hold_out": ", ".join(sorted(rules))}


@pytest.mark.parametrize(
    "rule", ["scanner", "scanner=", "colour=red", "from=2024", "from=yesterday", "scanner=none", "site=here"]
)
def test_rules_that_mean_nothing_or_everything_are_refused(pool, tmp_path, rule):
    with pytest.raises(PoolError):
        split_pool(pool, tmp_path / "out", [rule], track=quietly)
    assert not (tmp_path / "out").exists()


def test_scans_without_a_month_are_not_held_out_by_one(tmp_path):
    write(tmp_path / "pool", scan("a", bag(1)), scan("b", bag(2), captured="2024-05"))
    split_pool(tmp_path / "pool", tmp_path / "out", ["from=2024-01"], track=quietly)
    assert sides(tmp_path / "out") == {"a": split_of("a"), "b": "test"}


class CutOffError(Exception):
    """Something like a kill."""


def _until(last):
    def track(items, doing, total=None):
        for number, item in enumerate(items):
            if number == last:
                raise CutOffError
            yield item

    return track


def test_a_run_that_was_cut_off_goes_on_to_the_same_bytes(pool, tmp_path):
    split_pool(pool, tmp_path / "whole", [], track=quietly)
    for last in (0, 5, 11):
        with pytest.raises(CutOffError):
            split_pool(pool, tmp_path / "cut", [], track=_until(last))
        assert not (tmp_path / "cut").exists()
    split_pool(pool, tmp_path / "cut", [], track=quietly)
    assert files_of(tmp_path / "cut") == files_of(tmp_path / "whole")


def test_a_sealed_pool_stays_sealed_and_files_are_linked(tmp_path):
    write(tmp_path / "pool", scan("a", bag(1)), sealed=True)
    split_pool(tmp_path / "pool", tmp_path / "out", [], track=quietly)
    assert PoolStream(tmp_path / "out").is_sealed
    assert (tmp_path / "out" / "images" / "a.tiff").stat().st_nlink == 2


@pytest.mark.parametrize("harm", ["missing", "changed"])
def test_a_broken_pool_is_refused(pool, tmp_path, harm):
    path = pool / "images" / "03.tiff"
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes((pool / "images" / "04.tiff").read_bytes())
    with pytest.raises(PoolError):
        split_pool(pool, tmp_path / "out", [], track=quietly)
    assert not (tmp_path / "out").exists()


def test_the_verb_prints_a_split_and_its_leaks(pool, tmp_path):
    outcome = verb.run(pool=pool, out=None, hold_out=[], track=quietly)
    assert sum(outcome.tables[side]["scans"] for side in ("train", "val", "calibration", "test")) == 12
    assert sum(outcome.tables[side]["groups"] for side in ("train", "val", "calibration", "test")) == 11
    assert outcome.tables[split_of("08")]["firearm"] == 1
    lies_apart = split_of("02") != split_of("03")
    assert bool(outcome.problems) == lies_apart
    with pytest.raises(PoolError, match="--out"):
        verb.run(pool=pool, out=None, hold_out=["scanner=b"], track=quietly)
    written = verb.run(pool=pool, out=tmp_path / "out", hold_out=["scanner=b"], track=quietly)
    assert written.problems == ()
    assert written.tables["test"]["scans"] >= 4


PAIRS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=8)


@given(PAIRS, PAIRS)
def test_joining_more_only_joins_more(first, second):
    """Adding ties never takes a group apart, and the order of ties does not matter."""
    members = {name: name for name in "abcdefgh"}
    before, after = joined_groups(members, first), joined_groups(members, [*first, *second])
    assert joined_groups(members, [*second, *first]) == after
    for one in members:
        for other in members:
            if before[one] == before[other]:
                assert after[one] == after[other]
    untouched = set(members) - set(leaders_of([*first, *second]))
    assert all(after[name] == name for name in untouched)


@settings(max_examples=10)
@given(st.sets(st.integers(0, 11), min_size=1))
def test_adding_scans_moves_nothing(tmp_path_factory, chosen):
    """A scan that is tied to none of the added ones stays where it was."""
    root = tmp_path_factory.mktemp("grow")
    scans = [scan(f"{number:02}", bag(number)) for number in range(12)]
    write(root / "part", *(scans[number] for number in chosen))
    write(root / "all", *scans)
    for name in ("part", "all"):
        split_pool(root / name, root / f"{name}-split", [], track=quietly)
    assert sides(root / "part-split").items() <= sides(root / "all-split").items()
