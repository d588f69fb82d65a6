"""Batched augmentation and threat projection on the training device. Knows no files and nothing else of ours."""

from gpu.acquisition import UNKNOWN_SCANNER, Acquisition, unknown_acquisition
from gpu.batch import NO_BOX, Batch, Objects, Sample, collate, fit_signal, no_objects
from gpu.geometry.affine import RandomAffine
from gpu.geometry.flip import RandomFlip
from gpu.geometry.warp import Warp
from gpu.params import Params
from gpu.physics.noise import RandomNoise
from gpu.picture.gamma import RandomGamma
from gpu.pipeline import Pipeline, PipelineParams, replayed
from gpu.transform import Transform

__all__ = [
    "NO_BOX",
    "UNKNOWN_SCANNER",
    "Acquisition",
    "Batch",
    "Objects",
    "Params",
    "Pipeline",
    "PipelineParams",
    "RandomAffine",
    "RandomFlip",
    "RandomGamma",
    "RandomNoise",
    "Sample",
    "Transform",
    "Warp",
    "collate",
    "fit_signal",
    "no_objects",
    "replayed",
    "unknown_acquisition",
]
