"""Project threats into scans of cargo: endless positives from few, labelled, and never counted as real ones."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from gpu.batch import NO_BOX, NOT_PROJECTED, Batch, Objects
from gpu.draw import gate_B, log_uniform_B, seed_B, uniform_B
from gpu.params import Params
from gpu.projection.beams import Scanners, equivalent_pair
from gpu.projection.compose import Composed, Matter, changed, composed
from gpu.projection.placing import CELL_PX, Rules, cells_of, place_in_goods, place_in_the_open
from gpu.projection.threats import LEAST_G_CM2, Threats, posed
from gpu.transform import where_open

_VISIBLE_RATIO = 1.0  # of contrast to noise, in a pixel that counts as visible
_LEAST_MEMBER_G_CM2 = 0.2


@dataclass(frozen=True, eq=False)
class ProjectionParams(Params):
    """Per element: gate bool (B,), number of the threat int64 (B,), its pose, place and amount, seed of the noise.

    `open_B` bool: in the open rather than among goods. `angle_B` in radians, `mirrored_B` bool, `magnification_B`,
    `density_B` factors, `choice_B` in [0, 1): which of the possible places, `shift_B2` in [0, 1): where in its cell.
    """

    gate_B: Tensor
    threat_B: Tensor
    open_B: Tensor
    angle_B: Tensor
    mirrored_B: Tensor
    magnification_B: Tensor
    density_B: Tensor
    choice_B: Tensor
    shift_B2: Tensor
    seed_B: Tensor


@dataclass(frozen=True, eq=False)
class RandomProjection:
    """Set one threat of a library into each element whose gate opens and that has a place for it.

    The background is turned into an equivalent pair of materials, the threat put before it, and the transmission of
    both computed along the effective beam of the element's scanner, so a threat behind 80 g/cm2 is as faint, and as
    differently coloured, as it would be. What it takes from the quanta is added as noise, no more; gains and stripes
    of the scan go on through it; its edges are as sharp as the scanner's. Goods give way
    to it, where it stands among them.

    Elements whose scanner or pixel pitch is unknown or whose channels are not those of the scanners, where no place is
    possible, or where too little of the threat would be seen, keep every bit. The list of objects grows by one.

    Attributes:
        threats: The library, at about the pitch of the data.
        scanners: Those that `Acquisition.scanner_B` counts.
        probability: Chance of each element.
        in_the_open: Share of those that lie on goods or on the floor, rather than among goods.
        degrees: Largest rotation beside quarter turns.
        turns: Numbers of quarter turns that are drawn from.
        magnification: Of the threat beside the data's own, by where it stands between source and detector.
        density: Factor on its areal density.
        cargo_depth_mm: Depth of the goods along the beam: what a threat of a depth takes from them; 0 where it stands
            in the open.
        least_visible: Share of its pixels that must stand out of their noise.
        rules: Where it may stand.
    """

    params_type: ClassVar[type[Params]] = ProjectionParams
    threats: Threats
    scanners: Scanners
    probability: float = 0.5
    in_the_open: float = 0.3
    degrees: float = 8.0
    turns: tuple[int, ...] = (0, 2)
    magnification: tuple[float, float] = (0.9, 1.1)
    density: tuple[float, float] = (0.85, 1.15)
    cargo_depth_mm: float = 2350.0
    least_visible: float = 0.4
    rules: Rules = field(default_factory=Rules)

    def to(self, device: torch.device | str) -> RandomProjection:
        """The same with its library on another device."""
        return replace(
            self,
            threats=self.threats.to(device),
            scanners=self.scanners.to(device),
        )

    def sample(self, batch: Batch, generator: torch.Generator) -> ProjectionParams:
        """Draw threat, pose, amount and place of each element."""
        count = len(batch.image_BCHW)
        most = math.radians(self.degrees)
        quarter_B = torch.tensor(self.turns)[torch.randint(len(self.turns), (count,), generator=generator)]
        return ProjectionParams(
            gate_B(count, self.probability, generator),
            torch.randint(len(self.threats), (count,), generator=generator),
            gate_B(count, self.in_the_open, generator),
            uniform_B(count, -most, most, generator) + quarter_B * (math.pi / 2),
            gate_B(count, 0.5, generator),
            log_uniform_B(count, *self.magnification, generator),
            log_uniform_B(count, *self.density, generator),
            torch.rand(count, generator=generator),
            torch.rand(count, 2, generator=generator),
            seed_B(count, generator),
        )

    def apply(self, batch: Batch, params: ProjectionParams) -> Batch:
        """Project; elements without a projection keep every bit of their image."""
        batch = replace(batch, objects=_with_room(batch.objects))
        if batch.image_BCHW.shape[1] != self.scanners.weights_SCK.shape[1]:
            return batch
        return where_open(batch, params.gate_B, lambda part, rows: self._projected(part, params.rows(rows)))

    def _projected(self, batch: Batch, params: ProjectionParams) -> Batch:
        device = batch.image_BCHW.device
        threat_B, taken = params.threat_B.to(device, non_blocking=True), batch.acquisition
        forward_B22, scanner_B = self._pose(batch, params), taken.scanner_B.clamp_min(0)
        layers_BLP = posed(self.threats, threat_B, torch.linalg.inv_ex(forward_B22).inverse, self._side()).flatten(2)
        layers_BLP *= params.density_B.to(device, non_blocking=True)[:, None, None]
        areal_BLP, depth_BP = layers_BLP[:, :-1], layers_BLP[:, -1]
        place_B2, found_B, goods_B = self._place(batch, self._extent(forward_B22, threat_B), params, scanner_B)
        taken_BP = (depth_BP / self.cargo_depth_mm).clamp(0, 1) if self.cargo_depth_mm else torch.zeros_like(depth_BP)
        taken_BP = taken_BP * goods_B[:, None]
        matter = Matter(areal_BLP, self.threats.mass_attenuation_STLK[scanner_B, threat_B], taken_BP)
        covered_BP = areal_BLP.sum(1) > LEAST_G_CM2

        part = composed(batch, self.scanners, matter, place_B2, params.seed_B.to(device, non_blocking=True))
        seen_B = (covered_BP & part.inside_BP & (part.contrast_BP >= _VISIBLE_RATIO)).sum(1)
        known_B = (taken.scanner_B >= 0) & taken.pitch_mm_B.isfinite()
        stands_B = known_B & found_B & (seen_B >= self.least_visible * covered_BP.sum(1)) & (seen_B > 0)
        mask_BP = covered_BP & part.inside_BP & stands_B[:, None]
        return replace(
            batch,
            image_BCHW=changed(batch, part, stands_B),
            objects=_added(batch, part, mask_BP, self.threats.label_T[threat_B], threat_B),
        )

    def _extent(self, forward_B22: Tensor, threat_B: Tensor) -> Tensor:
        """Rows and columns that the turned threat covers, float32 (B, 2)."""
        columns_rows_B21 = self.threats.size_T2[threat_B].flip(-1)[..., None]
        return (forward_B22.abs() @ columns_rows_B21)[..., 0].flip(-1)

    def _side(self) -> int:
        """Of the window that holds any threat, however turned and magnified."""
        return math.ceil(self.threats.areal_TLSS.shape[-1] * self.magnification[1])

    def _pose(self, batch: Batch, params: ProjectionParams) -> Tensor:
        """Where an offset in pixels of the library goes, in pixels of the batch: float32 (B, 2, 2)."""
        angle_B = torch.where(params.open_B, 0.0, params.angle_B)  # what lies on something lies flat
        cos_B, sin_B = angle_B.cos(), angle_B.sin()
        turn_B22 = torch.stack([torch.stack([cos_B, -sin_B], -1), torch.stack([sin_B, cos_B], -1)], -2)
        turn_B22 = turn_B22 * torch.stack([1.0 - 2.0 * params.mirrored_B, torch.ones_like(cos_B)], -1)[:, None]
        pitch_mm_B = batch.acquisition.pitch_mm_B.nan_to_num(self.threats.pitch_mm)
        # A scan that was scaled down more than the library is drawn as if it had not been: the window is as large.
        scale_B = (self.threats.pitch_mm / pitch_mm_B).clamp(0.2, 1.25) * params.magnification_B.to(
            pitch_mm_B.device, non_blocking=True
        )
        return turn_B22.to(pitch_mm_B.device, non_blocking=True) * scale_B[:, None, None]

    def _place(
        self, batch: Batch, extent_B2: Tensor, params: ProjectionParams, scanner_B: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Row and column of the middle of the window, int64 (B, 2), whether there is a place, and whether among goods.

        What was to lie in the open and finds no place there goes among goods.
        """
        device = batch.image_BCHW.device
        cells_BCHW = functional.avg_pool2d(batch.image_BCHW.float(), CELL_PX)
        pair_BMN = equivalent_pair(self.scanners, scanner_B, cells_BCHW.flatten(2)).clamp_min(0)
        steel_BHW = (pair_BMN[:, -1] / pair_BMN.sum(1).clamp_min(_LEAST_MEMBER_G_CM2)).view(cells_BCHW[:, 0].shape)
        if pair_BMN.shape[1] == 1:
            steel_BHW = torch.zeros_like(steel_BHW)
        cells = cells_of(cells_BCHW[:, -1], steel_BHW, batch.size_B2, batch.boxes_BN4, self.rules)
        choice_B, shift_B2 = (
            params.choice_B.to(device, non_blocking=True),
            params.shift_B2.to(device, non_blocking=True),
        )
        among_B2, among_B = place_in_goods(cells, extent_B2, choice_B, shift_B2, self.rules)
        open_B2, open_B = place_in_the_open(cells, extent_B2, choice_B, self.rules)
        open_B = open_B & params.open_B.to(device, non_blocking=True)
        return torch.where(open_B[:, None], open_B2, among_B2), among_B | open_B, ~open_B


def _with_room(objects: Objects) -> Objects:
    """The objects, and room for one more."""

    def grown(part: Tensor, value: float) -> Tensor:
        return torch.cat([part, part.new_full((len(part), 1, *part.shape[2:]), value)], dim=1)

    masks = objects.masks_BNHW
    return Objects(
        grown(objects.boxes_BN4, 0),
        grown(objects.labels_BN, NO_BOX),
        grown(objects.visible_BN, 0),
        grown(objects.threat_BN, NOT_PROJECTED),
        grown(objects.detectability_BN, torch.nan),
        None if masks is None else grown(masks, 0),
    )


def _added(batch: Batch, part: Composed, mask_BP: Tensor, label_B: Tensor, threat_B: Tensor) -> Objects:
    """The objects with the projected threat in the last place, where there is one."""
    index_BP, total_B = part.index_BP, mask_BP.sum(1)
    detectability_B = (part.contrast_BP * mask_BP).sum(1) / total_B  # NaN without a pixel
    objects, width = batch.objects, batch.image_BCHW.shape[-1]
    rows_BP, columns_BP = (index_BP // width).float(), (index_BP % width).float()
    far = torch.inf
    low_B2 = torch.stack([torch.where(mask_BP, part, far).amin(1) for part in (columns_BP, rows_BP)], dim=-1)
    high_B2 = torch.stack([torch.where(mask_BP, part, -far).amax(1) for part in (columns_BP, rows_BP)], dim=-1) + 1
    stands_B = mask_BP.any(1)
    box_B4 = torch.where(stands_B[:, None], torch.cat([low_B2, high_B2], dim=-1), 0.0)
    masks = objects.masks_BNHW
    if masks is not None:
        flat_BN = torch.zeros_like(masks[:, 0], dtype=torch.int32).flatten(1)
        drawn_BHW = flat_BN.scatter_add(1, index_BP, mask_BP.to(torch.int32)).view_as(masks[:, 0]) > 0
        masks = torch.cat([masks[:, :-1], drawn_BHW[:, None]], dim=1)
    return Objects(
        torch.cat([objects.boxes_BN4[:, :-1], box_B4[:, None]], dim=1),
        torch.cat([objects.labels_BN[:, :-1], torch.where(stands_B, label_B, NO_BOX)[:, None]], dim=1),
        torch.cat([objects.visible_BN[:, :-1], stands_B.float()[:, None]], dim=1),
        torch.cat([objects.threat_BN[:, :-1], torch.where(stands_B, threat_B, NOT_PROJECTED)[:, None]], dim=1),
        torch.cat([objects.detectability_BN[:, :-1], detectability_B[:, None]], dim=1),
        masks,
    )
