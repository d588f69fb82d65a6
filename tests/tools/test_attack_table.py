"""The table of figures: a column for each attack, a row for each way, what is not known as a dash."""

from tools.attack_table import table


def share(value):
    return {"value": value, "lower": 0.1, "upper": 0.9, "n": 4}


def test_a_table_has_a_column_for_each_attack():
    linked = {"way": "name", "one": share(0.5), "several": 1, "by_guessing": 0.625, "chance": 0.25}
    figures = {
        "pool_scans": 4,
        "source_scans": 5,
        "ways": [linked],
        "without_pictures": share(None),
        "order": {"correlation": None, "p_value": None},
        "strings": 3,
        "strings_found": 0,
    }
    other = figures | {
        "ways": [linked | {"way": "file hash"}],
        "order": {"correlation": -0.25, "p_value": 0.5},
    }
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table({"a": figures, "b": other}).split("\n")
    ]
    cells = {row[0]: row[1:] for row in rows}
    assert cells["linked by"] == ["a", "b"]
    assert cells["name"] == ["50.0 % [10.0, 90.0]; guessing 62.5", "–"]
    assert cells["file hash"] == ["–", "50.0 % [10.0, 90.0]; guessing 62.5"]
    assert cells["order of lines: rank correlation (p)"] == ["–", "-0.25 (0.500)"]
    assert cells["strings of headers and names found"] == ["0 of 3", "0 of 3"]
