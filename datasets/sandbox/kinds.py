"""The kinds of scans that can be ordered, and how one of each is simulated and written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from datasets.pool.records import FileRecord, ViewRecord
from datasets.pool.store import file_sha256
from datasets.sandbox.carriers.field import check_scanner
from datasets.sandbox.carriers.traffic import carrier_names, check_carriers
from datasets.sandbox.contraband.hiding import LABELS
from datasets.sandbox.physics.scanner import Scanner
from datasets.sandbox.pixels import write_counts
from datasets.sandbox.plan import Rates
from datasets.sandbox.pool_records import ScanRecords, records_of, scan_id
from datasets.sandbox.profile import sandbox_profile
from datasets.sandbox.simulate import simulate
from imaging import Quantity, ScannerProfile

Kind = Literal["cargo"]
_VIEW = "side"


@dataclass(frozen=True)
class Order:
    """What is simulated: everything that a scan depends on but its number.

    `carriers` are those that come; each kind of scan has its own.
    """

    kind: Kind
    seed: int
    rates: Rates
    scanner: Scanner
    carriers: tuple[str, ...]

    def arguments(self) -> dict[str, str | int | float | bool | None]:
        """What a pool's history says of it."""
        return {
            "kind": self.kind,
            "seed": self.seed,
            "contraband_rate": self.rates.contraband,
            "mismatch_rate": self.rates.mismatch,
            "empty_rate": self.rates.empty,
            "scanner": self.scanner.name,
            "pitch_mm": self.scanner.pitch_mm.value,
            "carriers": " ".join(self.carriers),
        }


@dataclass(frozen=True)
class ScanKind:
    """One kind of scan.

    Attributes:
        carriers: Names of what can come.
        labels: What is hidden, in the order of a pool's categories.
        check: Raises ValueError for an order that cannot be carried out.
        profile: Of the scanner, for the pool.
        write: Simulate scan `index` of an order, write its files below a folder, say what it is.
    """

    carriers: tuple[str, ...]
    labels: tuple[str, ...]
    check: Callable[[Order], None]
    profile: Callable[[Order], ScannerProfile]
    write: Callable[[Path, Order, int], ScanRecords]


def simulate_and_write(out: Path, order: Order, index: int) -> ScanRecords:
    """Simulate scan `index` of an order and write its files below `out`."""
    return KINDS[order.kind].write(out, order, index)


def _check_cargo(order: Order) -> None:
    check_scanner(order.scanner)
    check_carriers(order.carriers)


def _write_cargo(out: Path, order: Order, index: int) -> ScanRecords:
    scan = simulate(order.seed, index, order.rates, order.scanner, order.carriers)
    path = out / "images" / f"{scan_id(order.seed, index)}.tiff"
    write_counts(path, scan.counts_CHW)
    channels = tuple(channel.name for channel in order.scanner.channels)
    pitch_mm = order.scanner.pitch_mm.value
    view = ViewRecord(
        view_id=_VIEW,
        quantity=Quantity.COUNTS,
        channels=channels,
        files=(FileRecord(path=f"images/{path.name}", channels=channels, sha256=file_sha256(path)),),
        size_hw=(scan.counts_CHW.shape[1], scan.counts_CHW.shape[2]),
        spacing_mm=(pitch_mm, pitch_mm),
    )
    return records_of(
        scan.units, seed=order.seed, index=index, group=scan.plan.group, month=scan.plan.month, view=view,
        labels=KINDS[order.kind].labels,
    )  # fmt: skip


KINDS: dict[Kind, ScanKind] = {
    "cargo": ScanKind(
        carriers=carrier_names(),
        labels=tuple(sorted(LABELS)),
        check=_check_cargo,
        profile=lambda order: sandbox_profile(order.scanner),
        write=_write_cargo,
    ),
}
