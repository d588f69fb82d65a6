"""Train components, join them into a model package, calibrate the package on clean scans."""

from __future__ import annotations

import sys
from collections.abc import Callable

from configs.offline import stay_offline

stay_offline()

from configs.cli import parse_verb
from configs.schema import CalibrateConfig, FitConfig, PackConfig

VERBS = {"fit": FitConfig, "pack": PackConfig, "calibrate": CalibrateConfig}


def main() -> int:
    """Run one verb; 0 done, 1 our fault, 2 wrong use."""
    verb, options = parse_verb(VERBS, "Train, pack and calibrate models.")
    from datasets.pool import PoolError
    from models import PackageError

    runs: dict[str, Callable[..., None]] = {"fit": _fit, "pack": _pack, "calibrate": _calibrate}
    try:
        runs[verb](options)
    except (PoolError, PackageError, FileNotFoundError, ValueError) as error:
        print(f"train.py: {error}", file=sys.stderr)  # noqa: T201 - a message to the user
        return 2
    return 0


def _fit(options: FitConfig) -> None:
    from datasets.datamodule import PoolDataModule
    from datasets.pool import read_pool
    from datasets.preview import write_preview
    from datasets.threats.stack import projection_into
    from models.augmentation_log import logged_to
    from models.fit import fit, seeded
    from models.recipe import augmentation, component, training
    from models.run_report import write_ledger, write_run

    seeded(options.seed, options.threads)
    pool, network, optim = read_pool(options.data.pool), options.network, options.optim
    data = PoolDataModule(role=network.role, seed=options.seed, **vars(options.data) | {"pool": pool})
    part = component(
        role=network.role,
        family=network.family,
        width=network.width,
        channels=data.channels,
        physical=data.physical,
        long_side=options.data.long_side,
        labels=data.labels,
    )
    projection, threats = projection_into(
        data.scanners, data.labels, long_side=options.data.long_side, **vars(options.projection)
    )
    augment = augmentation(**vars(options.augment), physical=data.physical, fill=part.fill, projection=projection)
    if options.preview:
        write_preview(options.out, data, augment, options.seed)
        return
    module = training(
        part,
        augment,
        imagenet=network.start == "imagenet",
        learning_rate=optim.learning_rate,
        backbone_rate=optim.backbone_rate,
        weight_decay=optim.weight_decay,
        seed=options.seed,
        on_drawn=logged_to(options.out / "augmentation.jsonl") if options.log else None,
    )
    result = fit(module, data, epochs=optim.epochs, precision=options.precision, ema_decay=optim.ema_decay)
    shown = write_ledger(options.out, module.ledger, threats) if threats else {}
    facts = {"pool": pool.info.name, "train": data.counts("train"), "val": data.counts("val"), "seed": options.seed}
    write_run(options.out, part, module.network, result, facts=facts | shown, **data.provenance())
    last = {name: round(values[-1][1], 4) for name, values in result.history.items()}
    print(f"{options.out / 'model'}: {last} after {result.seconds:.0f} s")  # noqa: T201 - the answer


def _pack(options: PackConfig) -> None:
    from models.pack import pack

    spec = pack(options.components, options.out, name=options.name)
    print(f"{options.out}: {', '.join(part.role for part in spec.components)}")  # noqa: T201 - the answer


def _calibrate(options: CalibrateConfig) -> None:
    from rich.progress import track

    from datasets.pool import PoolError, read_pool
    from datasets.reference import is_clean, is_honest
    from inference import Prediction, Request, predict, settle
    from inference.calibrate import HonestUnit, Observation, calibrated
    from models import read_package, write_package

    pool, package = read_pool(options.pool), read_package(options.model)
    settle(package, threads=0)
    records = [record for record in pool.scans if options.split in ("all", record.split)]
    observations = []
    for record in track(records, description="observing", transient=True):
        claims = pool.claims(record)
        (answer,) = predict(package, [Request(pool.read_scan(record), claims, pool.profile(record))])
        if not isinstance(answer, Prediction):
            raise PoolError("every calibration scan is judged", f"{record.scan_id}: {answer}", "mend or leave it out")
        clean, pairs = is_clean(pool, record, package.spec.labels), zip(claims, answer.evidence, strict=True)
        units = [HonestUnit(claim, seen) for claim, seen in pairs if is_honest(pool, claim.unit_id)]
        observations.append(Observation(record.scan_id, record.scanner, answer.top_score, clean, tuple(units)))
    rates = {"strict_rate": options.strict_rate, "loose_rate": options.loose_rate}
    spec = calibrated(package.spec, observations, **rates, pool_hash=pool.info.content_hash)
    modules = {role: part.module for role, part in package.components.items()}
    spec = write_package(options.out or options.model, spec, modules)
    for point in spec.operating_points:
        print(f"{point.name}: {point.threshold} on {point.n_clean} clean scans {point.reason}")  # noqa: T201
    for table in spec.calibration:
        print(f"{table.check} under {table.scanner}: {table.n} honest units")  # noqa: T201 - the answer


if __name__ == "__main__":
    sys.exit(main())
