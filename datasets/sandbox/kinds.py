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
from datasets.sandbox.ct.pooled import ct_profile, write_ct_scan
from datasets.sandbox.ct.scanner import DEFAULT_CT, CtScanner, read_ct_scanner
from datasets.sandbox.parcels.hidden import LABELS as PARCEL_LABELS
from datasets.sandbox.parcels.plan import CARRIERS
from datasets.sandbox.parcels.plan import check_carriers as check_parcels
from datasets.sandbox.parcels.pooled import write_parcel_scan
from datasets.sandbox.parcels.radiograph import check_tunnel
from datasets.sandbox.parcels.simulate import WIDEST_MM
from datasets.sandbox.physics.scanner import DEFAULT, Scanner, read_scanner
from datasets.sandbox.pixels import write_counts
from datasets.sandbox.plan import Rates
from datasets.sandbox.pool_records import ScanRecords, records_of, scan_id
from datasets.sandbox.profile import sandbox_profile
from datasets.sandbox.simulate import simulate
from imaging import Quantity, ScannerProfile

Kind = Literal["cargo", "parcel", "ct"]
AnyScanner = Scanner | CtScanner
_VIEW = "side"


@dataclass(frozen=True)
class Order:
    """What is simulated: everything that a scan depends on but its number.

    `carriers` are those that come; each kind of scan has its own.
    """

    kind: Kind
    seed: int
    rates: Rates
    scanner: AnyScanner
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
            "pitch_mm": _pitch_mm(self.scanner),
            "carriers": " ".join(self.carriers),
        }


@dataclass(frozen=True)
class ScanKind:
    """One kind of scan.

    Attributes:
        carriers: Names of what can come.
        labels: What is hidden, in the order of a pool's categories.
        scanner: Name of the one that is meant where none is named.
        read_scanner: The scanner of a name; raises ValueError where there is none.
        check: Raises ValueError for an order that cannot be carried out.
        profile: Of the scanner, for the pool.
        write: Simulate scan `index` of an order, write its files below a folder, say what it is.
    """

    carriers: tuple[str, ...]
    labels: tuple[str, ...]
    scanner: str
    read_scanner: Callable[[str], AnyScanner]
    check: Callable[[Order], None]
    profile: Callable[[Order], ScannerProfile]
    write: Callable[[Path, Order, int], ScanRecords]


def simulate_and_write(out: Path, order: Order, index: int) -> ScanRecords:
    """Simulate scan `index` of an order and write its files below `out`."""
    return KINDS[order.kind].write(out, order, index)


def _pitch_mm(scanner: AnyScanner) -> float:
    return scanner.pitch_mm if isinstance(scanner, CtScanner) else scanner.pitch_mm.value


def _line_scanner(order: Order) -> Scanner:
    if isinstance(order.scanner, CtScanner):
        raise ValueError(f"a radiograph is taken by a line scanner; found {order.scanner.name}; order the kind `ct`")
    return order.scanner


def _ct_scanner(order: Order) -> CtScanner:
    if not isinstance(order.scanner, CtScanner):
        raise ValueError(f"a volume is taken by a CT; found {order.scanner.name}; leave --scanner out")
    return order.scanner


def _check_cargo(order: Order) -> None:
    check_scanner(_line_scanner(order))
    check_carriers(order.carriers)


def _check_parcel(order: Order) -> None:
    check_tunnel(_line_scanner(order))
    check_parcels(order.carriers)


def _check_ct(order: Order) -> None:
    scanner = _ct_scanner(order)
    if scanner.pixels * scanner.pitch_mm < WIDEST_MM:
        raise ValueError(
            f"a CT takes {WIDEST_MM:g} mm; found one of {scanner.pixels} pixels of {scanner.pitch_mm:g} mm; "
            "take more or larger ones"
        )
    check_parcels(order.carriers)


def _write_cargo(out: Path, order: Order, index: int) -> ScanRecords:
    scanner = _line_scanner(order)
    scan = simulate(order.seed, index, order.rates, scanner, order.carriers)
    path = out / "images" / f"{scan_id(order.seed, index)}.tiff"
    write_counts(path, scan.counts_CHW)
    channels = tuple(channel.name for channel in scanner.channels)
    pitch_mm = scanner.pitch_mm.value
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
        scanner=DEFAULT,
        read_scanner=read_scanner,
        check=_check_cargo,
        profile=lambda order: sandbox_profile(_line_scanner(order)),
        write=_write_cargo,
    ),
    "parcel": ScanKind(
        carriers=CARRIERS,
        labels=PARCEL_LABELS,
        scanner="tunnel_140_parcels",
        read_scanner=read_scanner,
        check=_check_parcel,
        profile=lambda order: sandbox_profile(_line_scanner(order)),
        write=lambda out, order, index: write_parcel_scan(
            out, order.seed, index, order.rates, _line_scanner(order), order.carriers
        ),
    ),
    "ct": ScanKind(
        carriers=CARRIERS,
        labels=PARCEL_LABELS,
        scanner=DEFAULT_CT,
        read_scanner=read_ct_scanner,
        check=_check_ct,
        profile=lambda order: ct_profile(_ct_scanner(order)),
        write=lambda out, order, index: write_ct_scan(
            out, order.seed, index, order.rates, _ct_scanner(order), order.carriers
        ),
    ),
}
