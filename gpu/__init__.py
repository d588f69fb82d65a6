"""Batched augmentation and threat projection on the training device. Knows no files and nothing else of ours."""

from gpu.acquisition import UNKNOWN_SCANNER, Acquisition, unknown_acquisition
from gpu.batch import NO_BOX, NOT_PROJECTED, Batch, Objects, Sample, collate, fit_signal, no_objects
from gpu.geometry.affine import RandomAffine
from gpu.geometry.flip import RandomFlip
from gpu.geometry.warp import Warp
from gpu.params import Params
from gpu.physics.noise import RandomNoise
from gpu.picture.gamma import RandomGamma
from gpu.pipeline import Pipeline, PipelineParams, replayed
from gpu.projection.project import RandomProjection
from gpu.transform import Transform

__all__ = [
    "NOT_PROJECTED",
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
    "RandomProjection",
    "Sample",
    "Transform",
    "Warp",
    "collate",
    "fit_signal",
    "no_objects",
    "replayed",
    "unknown_acquisition",
]
