"""Train components, join them into a model package, calibrate the package on clean scans."""

from __future__ import annotations

import sys

from configs.offline import stay_offline

stay_offline()

from configs.cli import parse_verb  # noqa: E402 - the environment is set before anything else is imported
from configs.schema import CalibrateConfig, FitConfig, PackConfig  # noqa: E402

VERBS = {"fit": FitConfig, "pack": PackConfig, "calibrate": CalibrateConfig}


def main() -> int:
    """Run one verb; 0 done, 1 our fault, 2 wrong use."""
    verb, options = parse_verb(VERBS, "Train, pack and calibrate models.")
    from datasets.pool import PoolError  # noqa: PLC0415 - `--help` stays quick and loads no torch
    from models import PackageError  # noqa: PLC0415

    run = {"fit": _fit, "pack": _pack, "calibrate": _calibrate}[verb]
    try:
        run(options)
    except (PoolError, PackageError, FileNotFoundError, ValueError) as error:
        print(f"train.py: {error}", file=sys.stderr)  # noqa: T201 - a message to the user
        return 2
    return 0


def _fit(options: FitConfig) -> None:
    from datasets.datamodule import PoolDataModule  # noqa: PLC0415 - torch is loaded after parsing only
    from datasets.pool import read_pool  # noqa: PLC0415
    from models import write_package  # noqa: PLC0415
    from models.fit import fit, seeded  # noqa: PLC0415
    from models.recipe import augmentation, component, training  # noqa: PLC0415
    from models.run_report import run_report  # noqa: PLC0415
    from models.spec import PackageSpec  # noqa: PLC0415

    pool = read_pool(options.data.pool)
    seeded(options.seed, options.threads)
    data = PoolDataModule(
        pool,
        role=options.network.role,
        batch_size=options.data.batch_size,
        long_side=options.data.long_side,
        workers=options.data.workers,
        cache=options.data.cache,
        crop_probability=options.data.crop_probability,
        hold_out_scanner=options.data.hold_out_scanner,
        seed=options.seed,
    )
    part = component(
        role=options.network.role,
        family=options.network.family,
        width=options.network.width,
        channels=data.channels,
        physical=data.physical,
        long_side=options.data.long_side,
        labels=data.labels,
    )
    module = training(
        part,
        augmentation(**vars(options.augment), fill=part.fill),
        imagenet=options.network.start == "imagenet",
        learning_rate=options.optim.learning_rate,
        backbone_rate=options.optim.backbone_rate,
        weight_decay=options.optim.weight_decay,
        seed=options.seed,
    )
    result = fit(
        module,
        data,
        epochs=options.optim.epochs,
        precision=options.precision,
        ema_decay=options.optim.ema_decay,
        validate_every=max(1, options.optim.epochs // 4),
    )
    rights = tuple(sorted({record.rights.licence for record in data.records("train")}))
    spec = PackageSpec(
        name=options.out.name, components=(part,), pool_hash=pool.info.content_hash, rights=rights
    )
    write_package(options.out / "model", spec, {part.role: module.network})
    facts = {
        "pool": f"{pool.info.name} ({pool.info.content_hash[:12]})",
        "train": data.counts("train"),
        "val": data.counts("val"),
        "seconds": round(result.seconds),
        "precision": result.precision,
        "seed": options.seed,
    }
    (options.out / "report.html").write_text(
        run_report(f"{part.role}: {part.family}", result.history, facts), encoding="utf-8"
    )
    last = {name: round(values[-1][1], 4) for name, values in result.history.items()}
    print(f"{options.out / 'model'}: {last} after {result.seconds:.0f} s")  # noqa: T201 - the answer


def _pack(options: PackConfig) -> None:
    from models.pack import pack  # noqa: PLC0415 - torch is loaded after parsing only

    spec = pack(options.components, options.out, name=options.name)
    print(f"{options.out}: {', '.join(part.role for part in spec.components)}")  # noqa: T201 - the answer


def _calibrate(options: CalibrateConfig) -> None:
    raise SystemExit("written with inference")


if __name__ == "__main__":
    sys.exit(main())
