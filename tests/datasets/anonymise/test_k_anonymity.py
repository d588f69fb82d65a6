"""k-anonymity against counting by hand, and the classes that it counts."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from datasets.anonymise.k_anonymity import KAnonymity, k_anonymity, quasi_identifiers
from declarations.schema import Declaration, Line


def test_nothing_declared():
    assert k_anonymity([]) == KAnonymity(0, 0, 0, 0)


@given(st.lists(st.sampled_from("abcdef")))
def test_equals_brute_force(quasi):
    sizes = [sum(one == other for other in quasi) for one in quasi]
    found = k_anonymity(quasi)
    assert found.k == min(sizes, default=0)
    assert found.alone == sizes.count(1)
    assert (found.declarations, found.classes) == (len(quasi), len(Counter(quasi)))


def _declaration(name, *lines):
    return Declaration(
        declaration_id=name,
        lines=tuple(
            Line(line_no=number, commodity_code=code, gross_mass_kg=mass)
            for number, (code, mass) in enumerate(lines, start=1)
        ),
    )


def test_names_and_order_of_lines_do_not_tell_declarations_apart():
    one = _declaration("a", ("8409", 10), ("2203", 20))
    other = _declaration("b", ("2203", 20), ("8409", 10))
    assert quasi_identifiers(one) == quasi_identifiers(other)
    assert quasi_identifiers(one) != quasi_identifiers(_declaration("a", ("8409", 20), ("2203", 10)))
