"""A run in a process of its own, for a test that kills it: folder of scans, output folder, seconds to wait a scan."""

from __future__ import annotations

import contextlib
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]

import torch  # noqa: E402 - found through the line above
from inference_fakes import DarkBlobs, component, package  # noqa: E402 - as above

from inference import jobs_of_folder, process  # noqa: E402 - as above


@contextlib.contextmanager
def silent(_total):
    yield lambda _scans: None


def slowly(job, seconds):
    def read():
        time.sleep(seconds)
        return job.read()

    return replace(job, read=read)


def main(scans, out, seconds):
    torch.set_num_threads(1)
    jobs = [slowly(job, float(seconds)) for job in jobs_of_folder(Path(scans))]
    parts = package(component("detector", DarkBlobs()))
    process(jobs, parts, Path(out), batch_size=3, labels=(), declarations_given=False, bar=silent, notes={})


if __name__ == "__main__":
    main(*sys.argv[1:])
