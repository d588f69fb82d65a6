"""Tables of declarations with secrets in cells, column names and file names."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from tools.planted_secrets.secrets import Secrets

_PLAIN = ("scan_id", "declaration_id", "line_no", "commodity_code", "description", "gross_mass_kg", "packages")


def secret_csv(units: Sequence[str], secrets: Secrets) -> str:
    """A flat table, a line for each unit, with columns that name people and places, one of them secret itself."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([*_PLAIN, "consignee", "consignor", "declarant_email", "truck_plate", secrets.draw("csv header")])
    for number, unit in enumerate(units, start=1):
        goods = f"machine parts for {secrets.draw('csv description')}"
        row = [unit, secrets.draw("csv declaration"), 1, "8409910000", goods, 1200 + number, "4 CT"]
        writer.writerow([*row, *(secrets.draw("csv cell") for _ in range(5))])
    return stream.getvalue()


def secret_json(units: Sequence[str], secrets: Secrets) -> str:
    """The same as nested records, with keys that nobody knows."""
    rows = [
        {
            "scan_id": unit,
            "declaration_id": secrets.draw("json declaration"),
            "line_no": 1,
            "commodity_code": "2203000100",
            "description": secrets.draw("json description"),
            "gross_mass_kg": 900.5,
            "parties": [{"name": secrets.draw("json nested"), secrets.draw("json key"): 1}],
        }
        for unit in units
    ]
    return json.dumps(rows, indent=1)
