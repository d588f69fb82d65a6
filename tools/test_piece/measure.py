"""What the material code finds in the test piece, each scan judged with the beams fitted to the other two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imaging.material import Beam, MaterialClass, effective_z, fit_beam, local_background, material_classes
from imaging.scan import FloatImage
from tools.test_piece.regions import Region, TestPiece
from tools.test_piece.wedge import thin_steel, wedge_steps

GOOD = 0.9  # share of a sample's pixels that have its class, from which it counts as told
_FLOOR_SIGMAS = 2.0  # a step whose beam is nearer to the floor than this has a lower bound only


@dataclass(frozen=True, slots=True)
class SampleFigures:
    """One sample: share of its pixels in the right class, median number and its standard error."""

    scan: str
    name: str
    wanted: str
    right: float
    number: float
    sigma: float
    pixels: int


@dataclass(frozen=True, slots=True)
class StepFigures:
    """One step: its steel, median attenuation, areal density as steel (less the case's), contrast of its numerals."""

    scan: str
    name: str
    attenuation: float
    areal_density_g_cm2: float
    numeral_contrast: float


def beam_without(judged: str, pieces: dict[str, tuple[TestPiece, FloatImage]]) -> Beam:
    """The beams of all scans but one."""
    return fit_beam([step for scan, entry in pieces.items() if scan != judged for step in wedge_steps(*entry)])


def sample_figures(piece: TestPiece, attenuation_CHW: FloatImage, beam: Beam) -> list[SampleFigures]:
    """Figures of all samples that can be seen beside what they lie on."""
    return [_sample(piece.scan, region, attenuation_CHW, beam) for region in piece.samples]


def _sample(scan: str, region: Region, attenuation_CHW: FloatImage, beam: Beam) -> SampleFigures:
    shape = attenuation_CHW.shape[1:]
    background = local_background(attenuation_CHW, region.shadow(shape)).attenuation_CHW
    return _judged(scan, region, attenuation_CHW, background, beam)


def _judged(
    scan: str, region: Region, attenuation_CHW: FloatImage, background_CHW: FloatImage, beam: Beam
) -> SampleFigures:
    face = region.face(attenuation_CHW.shape[1:])
    numbers = effective_z(attenuation_CHW, background_CHW, face, beam)
    right = float((material_classes(numbers)[face] == MaterialClass[region.kind.upper()]).mean())
    number, sigma = (float(np.nanmedian(plane[face])) for plane in (numbers.value, numbers.sigma))
    return SampleFigures(scan, region.name, region.kind, right, number, sigma, int(face.sum()))


def behind_steel_figures(piece: TestPiece, attenuation_CHW: FloatImage, beam: Beam) -> list[SampleFigures]:
    """Figures of the samples that are seen through steel, where the same steel is seen without them."""
    figures = []
    for region in piece.behind_steel:
        steel = thin_steel(piece.scan, float(region.name.split()[-2]), attenuation_CHW)
        if steel is not None:
            background = np.broadcast_to(np.array(steel, np.float32)[:, None, None], attenuation_CHW.shape)
            figures.append(_judged(piece.scan, region, attenuation_CHW, background, beam))
    return figures


def step_figures(piece: TestPiece, attenuation_CHW: FloatImage, beam: Beam) -> list[StepFigures]:
    """Figures of the steel steps, thinnest first."""
    shape = attenuation_CHW.shape[1:]
    densities = np.linspace(0, 60, 1201)
    curve = beam.of_slab("steel", densities)[1]
    figures = []
    for region in piece.steps:
        face = region.face(shape)
        level = float(np.median(attenuation_CHW[1][face]))
        density = float(np.interp(level, curve, densities))
        figures.append(
            StepFigures(piece.scan, region.name, level, density, _contrast(region, attenuation_CHW[1], face))
        )
    return figures


def _contrast(region: Region, plane: FloatImage, face: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    """Best numeral's contrast to noise: its densest fifth against the step around it, in the step's scatter."""
    spread = 1.4826 * float(np.median(np.abs(plane[face] - np.median(plane[face]))))
    contrasts = []
    for polygon in region.lying_on_it:
        mask = Region("", "", polygon, []).shadow(plane.shape)
        contrasts.append((float(np.percentile(plane[mask], 80)) - float(np.median(plane[face]))) / max(spread, 1e-6))
    return max(contrasts)
