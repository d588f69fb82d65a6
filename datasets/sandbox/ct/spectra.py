"""The two beams of the CT: tungsten tubes at 100 and 160 kVp, filters and crystal estimated."""

from __future__ import annotations

from datasets.sandbox.physics.beam import Beams, beams_of
from datasets.sandbox.physics.scanner import ChannelBeam, Layer, LayerFigure, LayersFigure, Source

_ALUMINIUM_3_MM: Layer = ("aluminium", 0.81)  # g/cm2
_CRYSTAL = LayerFigure(value=("cadmium_tungstate", 1.58), basis="E", source="2 mm")
_NOTHING = LayersFigure(value=(), basis="E", source="the crystal stands free")


def _tube(name: str, voltage_kv: float, copper_g_cm2: float, thickness: str) -> ChannelBeam:
    filtered = LayersFigure(
        value=(_ALUMINIUM_3_MM, ("copper", copper_g_cm2)), basis="E", source=f"3 mm of aluminium, {thickness} of copper"
    )
    source = Source(kind="tube", voltage=voltage_kv)
    return ChannelBeam(name=name, source=source, filter=filtered, before=_NOTHING, crystal=_CRYSTAL)


CHANNEL_BEAMS = (_tube("low", 100.0, 0.179, "0.2 mm"), _tube("high", 160.0, 0.538, "0.6 mm"))


def ct_beams() -> Beams:
    """The beams, low first."""
    return beams_of(CHANNEL_BEAMS)
