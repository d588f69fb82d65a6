"""Annotate a folder of scans, check them against their declarations, and rank them for the officer."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from configs.offline import stay_offline

stay_offline()

from configs.cli import parse
from configs.schema import InferConfig

if TYPE_CHECKING:
    from inference import ScanJob


def main() -> int:
    """Run; 0 all inputs processed, 1 our fault, 2 wrong use, 3 some not processed."""
    options = parse(InferConfig)
    if problem := _wrong_use(options):
        return _say(problem, 2)
    from datasets.pool import PoolError
    from declarations import DeclarationError
    from imaging import ScanError
    from inference import OutOfResources, OutputRefused
    from models import PackageError

    try:
        return _infer(options)
    except (PoolError, PackageError, DeclarationError, ScanError, OutputRefused) as error:
        return _say(str(error), 2)
    except OutOfResources as error:
        return _say(str(error), 1)
    except KeyboardInterrupt:
        return _say("stopped; start the same command again to go on where it stood", 130)


def _wrong_use(options: InferConfig) -> str | None:
    if options.batch_size < 1:
        return f"a batch holds scans; found --batch_size {options.batch_size}; give 1 or more"
    if options.link is not None and options.declarations is None:
        return "--link names declarations of --declarations; found none; give that file too"
    if _is_pool(options) and options.profile is not None:
        return "a pool brings its own scanner profiles; found --profile; leave it out"
    if not _is_pool(options) and options.split != "all":
        return f"only a pool has splits; found --split {options.split} for a bare folder; leave it out"
    return None


def _infer(options: InferConfig) -> int:
    import inference
    from models import read_package
    from models.version import __version__

    package = read_package(options.model)
    inference.settle(package, threads=options.threads)
    jobs, labels, problems = _jobs(options)
    given = any(claim.problem is None for job in jobs for claim in job.claims) or options.declarations is not None
    config = {name: str(value) for name, value in asdict(options).items() if value is not None}
    ending = inference.process(
        jobs,
        package,
        options.out,
        batch_size=options.batch_size,
        labels=labels,
        declarations_given=given,
        bar=inference.progress_bar,
        notes={"config": config, "declaration_problems": problems, "version": __version__},
    )
    report = options.out / "report" / "index.html"
    if ending.finished_before:
        return _say(f"this run was finished before; see {report}", ending.exit_code)
    lanes = ", ".join(f"{count} {lane}" for lane, count in ending.lanes.items())
    unread = f"; unread rows of the declarations: {len(problems)}, see run.json" if problems else ""
    return _say(f"{lanes}{unread}; see {report}", ending.exit_code)


def _jobs(options: InferConfig) -> tuple[tuple[ScanJob, ...], tuple[str, ...], list[str]]:
    """Jobs of a pool or of a bare folder, the labels of the pool, and what could not be read of the declarations."""
    import inference
    from datasets.pool import image_ids, read_pool
    from imaging import read_profile

    labels: tuple[str, ...] = ()
    if _is_pool(options):
        pool = read_pool(options.scans)  # its truth and annotations are not looked at
        records = [record for record in pool.scans if options.split in ("all", record.split)]
        from_pool = (image_ids(pool.scans), pool.read_scan, pool.claims, pool.profile)
        jobs = inference.jobs_of_records(pool.root, records, *from_pool)
        labels = pool.info.labels
    else:
        inference.refuse_inside(options.out, options.scans)
        profile = None if options.profile is None else read_profile(options.profile)
        jobs = inference.jobs_of_folder(options.scans, profile=profile)
    if options.declarations is None:
        return jobs, labels, []
    brought = inference.read_brought(
        options.declarations, options.link, decimal_mark=options.decimal_mark, mass_unit=options.mass_unit
    )
    return inference.with_declarations(jobs, brought), labels, list(brought.problems)


def _is_pool(options: InferConfig) -> bool:
    return (options.scans / "pool.json").is_file()


def _say(text: str, code: int) -> int:
    sys.stderr.write(f"infer.py: {text}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
