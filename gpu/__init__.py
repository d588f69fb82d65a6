"""Batched augmentation on the training device. Knows no files and nothing else of ours."""

from gpu.affine import AffineParams, RandomAffine
from gpu.batch import NO_BOX, Batch, Sample, collate, fit_signal
from gpu.flip import FlipParams, RandomFlip
from gpu.noise import NoiseParams, RandomNoise
from gpu.pipeline import Pipeline, PipelineParams

__all__ = [
    "NO_BOX",
    "AffineParams",
    "Batch",
    "FlipParams",
    "NoiseParams",
    "Pipeline",
    "PipelineParams",
    "RandomAffine",
    "RandomFlip",
    "RandomNoise",
    "Sample",
    "collate",
    "fit_signal",
]
