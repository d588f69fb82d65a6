"""The figures of several attacks as one table of Markdown, for docs/anonymisation.md."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any


def main() -> None:
    """Print the table: `attack_table.py POOL=figures.json ...`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", nargs="+", help="NAME=FILE, FILE as `pool.py attack --out` wrote it")
    given = dict(pair.split("=", 1) for pair in parser.parse_args().figures)
    print(table({name: json.loads(Path(path).read_text(encoding="utf-8")) for name, path in given.items()}))


def table(attacks: dict[str, dict[str, Any]]) -> str:
    """A column for each attack, a row for each way."""
    names = list(attacks)
    ways = list(dict.fromkeys(way["way"] for found in attacks.values() for way in found["ways"]))
    rows = [
        ["linked by", *names],
        ["---", *("---:" for _ in names)],
        ["scans in the pool / in the source", *(f"{a['pool_scans']} / {a['source_scans']}" for a in attacks.values())],
        *([way, *(_cell(found, way) for found in attacks.values())] for way in ways),
        ["anything but the picture", *(_share(found["without_pictures"]) for found in attacks.values())],
        ["order of lines: rank correlation (p)", *(_order(found["order"]) for found in attacks.values())],
        ["strings of headers and names found", *(f"{a['strings_found']} of {a['strings']}" for a in attacks.values())],
        ["guessing with nothing known", *(f"{100 * a['ways'][0]['chance']:.2f} %" for a in attacks.values())],
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(found: dict[str, Any], way: str) -> str:
    linked = next((entry for entry in found["ways"] if entry["way"] == way), None)
    if linked is None:
        return "–"
    return f"{_share(linked['one'])}; guessing {100 * linked['by_guessing']:.1f}"


def _share(interval: dict[str, Any]) -> str:
    if interval["value"] is None:
        return "–"
    value, lower, upper = (f"{100 * interval[part]:.1f}" for part in ("value", "lower", "upper"))
    return f"{value} % [{lower}, {upper}]"


def _order(order: dict[str, Any]) -> str:
    return "–" if order["correlation"] is None else f"{order['correlation']:+.2f} ({order['p_value']:.3f})"


if __name__ == "__main__":
    main()
