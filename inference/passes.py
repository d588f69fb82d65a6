"""A network over images, pass by pass: what shares a pass, and what a failure costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import numpy as np
import torch

from gpu import Batch, Sample, collate
from inference.errors import stop_if_out_of_resources
from inference.prepare import MULTIPLE, Prepared
from models import Component

MOST_PIXELS = 2**24
"""Pixels (padded, all images) in one pass, so that memory is bounded whatever the batch size: large scans go alone."""

Answer = TypeVar("Answer")


def attempt(work: Callable[[], Answer]) -> Answer | Exception:
    """What `work` gives, or the error that stopped it.

    Raises:
        OutOfResources: when memory or disk is full.
    """
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - one scan's failure is that scan's result, and must not stop the others
        stop_if_out_of_resources(error)
        return error


def passes(images: Sequence[Prepared]) -> Iterator[list[int]]:
    """Indices of the images that share a pass: equal padded size, so that no image changes what its neighbour reads."""
    by_size: dict[tuple[int, int], list[int]] = {}
    for index, image in enumerate(images):
        by_size.setdefault(image.padded_hw, []).append(index)
    for (height, width), members in by_size.items():
        most = max(1, MOST_PIXELS // (height * width))
        yield from (members[start : start + most] for start in range(0, len(members), most))


def run_network(
    component: Component,
    images: Sequence[Prepared | Exception],
    call: Callable[[Batch], Sequence[Answer]],
) -> list[Answer | Exception]:
    """Show a network all images.

    Args:
        component: The network, on the device where it is to run.
        images: Prepared images; errors are handed through in their place.
        call: Batch -> one answer an image.

    Returns:
        For each image its answer or its error. When a pass fails, its images are tried one by one.
    """
    answers: list[Answer | Exception | None] = [image if isinstance(image, Exception) else None for image in images]
    sound = [(index, image) for index, image in enumerate(images) if isinstance(image, Prepared)]
    for members in passes([image for _, image in sound]):
        group = [sound[member] for member in members]
        together = attempt(partial(_shown, component, [image for _, image in group], call))
        for place, (index, image) in enumerate(group):
            if isinstance(together, Exception):
                alone = attempt(partial(_shown, component, [image], call))
                answers[index] = alone if isinstance(alone, Exception) else alone[0]
            else:
                answers[index] = together[place]
    return [answer for answer in answers if answer is not None]


def _shown(
    component: Component, images: Sequence[Prepared], call: Callable[[Batch], Sequence[Answer]]
) -> Sequence[Answer]:
    none_N4, none_N = np.zeros((0, 4), np.float32), np.zeros(0, np.int64)
    samples = [Sample(image.signal_CHW, none_N4, none_N) for image in images]
    device = next((parameter.device for parameter in component.module.parameters()), torch.device("cpu"))
    batch = collate(samples, fill=component.spec.fill, multiple=MULTIPLE).to(device)
    batch = batch.with_image(batch.image_BCHW.contiguous(memory_format=torch.channels_last))  # faster everywhere
    with torch.inference_mode():
        answers = call(batch)
    if len(answers) != len(images):
        raise ValueError(f"a network answers once an image; found {len(answers)} for {len(images)}; mend the network")
    return answers
