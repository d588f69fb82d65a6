"""Batched augmentation and threat projection on the training device. Knows no files and nothing else of ours."""

from gpu.acquisition import UNKNOWN_SCANNER, Acquisition, unknown_acquisition
from gpu.batch import NO_BOX, NOT_PROJECTED, Batch, Objects, Sample, collate, fit_signal, no_objects
from gpu.geometry.affine import RandomAffine
from gpu.geometry.belt_speed import RandomBeltSpeed
from gpu.geometry.crop import RandomCrop
from gpu.geometry.flip import RandomFlip
from gpu.geometry.mosaic import RandomMosaic
from gpu.geometry.resize import Resize
from gpu.geometry.warp import Warp
from gpu.params import Params
from gpu.physics.blur import RandomBlur
from gpu.physics.clutter import RandomClutter
from gpu.physics.dose import RandomDose
from gpu.physics.electronic import RandomElectronicNoise
from gpu.physics.faults import RandomDeadElements
from gpu.physics.gain_drift import RandomGainDrift
from gpu.physics.interlace import RandomInterlace
from gpu.physics.line_noise import RandomLineNoise
from gpu.physics.noise import RandomNoise
from gpu.physics.saturation import RandomSaturation
from gpu.physics.scatter import RandomScatter
from gpu.physics.spectral import RandomSpectralShift
from gpu.picture.brightness_contrast import RandomBrightnessContrast
from gpu.picture.colour import RandomColour
from gpu.picture.gamma import RandomGamma
from gpu.picture.sharpness import RandomSharpness
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
    "RandomBeltSpeed",
    "RandomBlur",
    "RandomBrightnessContrast",
    "RandomClutter",
    "RandomColour",
    "RandomCrop",
    "RandomDeadElements",
    "RandomDose",
    "RandomElectronicNoise",
    "RandomFlip",
    "RandomGainDrift",
    "RandomGamma",
    "RandomInterlace",
    "RandomLineNoise",
    "RandomMosaic",
    "RandomNoise",
    "RandomProjection",
    "RandomSaturation",
    "RandomScatter",
    "RandomSharpness",
    "RandomSpectralShift",
    "Resize",
    "Sample",
    "Transform",
    "Warp",
    "collate",
    "fit_signal",
    "no_objects",
    "replayed",
    "unknown_acquisition",
]
