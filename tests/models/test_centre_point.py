"""The detector's targets, losses and decoding, on cases small enough to know the answer."""

import pytest
import torch
from torchvision.ops import generalized_box_iou

from gpu import NO_BOX
from models.build import FAMILIES, build_network
from models.centre_point import STRIDE, _boxes_from, _generalised_iou, _targets

DETECTORS = sorted(set(FAMILIES) - {"goods"})


def network(family: str, channels: int = 2, labels: int = 3) -> torch.nn.Module:
    torch.manual_seed(0)
    return build_network(family, channels=channels, labels=labels, normalisation="attenuation", width=32)


@pytest.mark.parametrize("family", DETECTORS)
@pytest.mark.parametrize("channels", [1, 2, 3])
def test_detects_on_any_number_of_channels_and_stays_inside_the_picture(family, channels):
    net = network(family, channels).eval()
    size = torch.tensor([[50, 64], [64, 40]])
    found = net.detect(torch.rand(2, channels, 64, 64), size)
    assert len(found) == 2
    for one, (height, width) in zip(found, size.tolist(), strict=True):
        assert one.boxes_N4.shape == (len(one.scores_N), 4)
        assert (one.scores_N.diff() <= 0).all()
        assert ((one.boxes_N4 >= 0) & (one.boxes_N4 <= torch.tensor([width, height, width, height]))).all()


@pytest.mark.parametrize("family", DETECTORS)
def test_a_batch_without_any_object_trains(family):
    losses = (
        network(family)
        .train()
        .loss(torch.rand(2, 2, 64, 64), torch.zeros(2, 0, 4), torch.zeros(2, 0, dtype=torch.int64))
    )
    total = sum(losses.values())
    assert torch.isfinite(total)
    total.backward()


@pytest.mark.parametrize("family", DETECTORS)
def test_learns_one_object_by_heart(family):
    torch.manual_seed(0)
    net = build_network(
        family, channels=1, labels=2, normalisation="attenuation", width=32, imagenet=family != "compact"
    ).train()
    image = torch.ones(2, 1, 96, 96)
    image[:, :, 24:56, 40:80] = 0.05
    boxes = torch.tensor([[[40.0, 24, 80, 56]]]).expand(2, 1, 4)
    labels = torch.tensor([[1], [1]])
    optimiser = torch.optim.AdamW(net.parameters(), lr=3e-3)
    for _ in range(80):
        optimiser.zero_grad()
        sum(net.loss(image, boxes, labels).values()).backward()
        optimiser.step()
    best = net.eval().detect(image, torch.tensor([[96, 96], [96, 96]]))[0]
    assert best.labels_N[0] == 1
    assert generalized_box_iou(best.boxes_N4[:1], boxes[0]).item() > 0.7


def test_padding_rows_change_no_loss():
    net = network("compact").eval()
    image = torch.rand(1, 2, 64, 64)
    boxes, labels = torch.tensor([[[8.0, 8, 40, 32]]]), torch.tensor([[1]])
    padded = torch.cat([boxes, torch.zeros(1, 2, 4)], 1), torch.tensor([[1, NO_BOX, NO_BOX]])
    for name, value in net.loss(image, boxes, labels).items():
        torch.testing.assert_close(value, net.loss(image, *padded)[name])


def test_target_peaks_at_the_cell_of_the_centre_and_small_boxes_win_their_cells():
    boxes = torch.tensor([[[0.0, 0, 64, 64], [24, 24, 40, 40]]])
    heat, owner, weight = _targets(boxes, torch.tensor([[0, 1]]), torch.Size([1, 2, 8, 8]))
    assert heat[0, 0].flatten().argmax() == heat[0, 1].flatten().argmax() == 4 * 8 + 4
    assert heat.max() == 1
    assert owner[0, 4, 4] == 1
    assert weight[0, 0, 0] == 0
    assert weight[0, 4, 4] > 0


def test_distances_become_boxes_around_cell_centres():
    boxes = _boxes_from(torch.full((1, 4, 2, 3), 8.0))
    assert boxes[0, :, 1, 2].tolist() == [2.5 * STRIDE - 8, 1.5 * STRIDE - 8, 2.5 * STRIDE + 8, 1.5 * STRIDE + 8]


def test_generalised_iou_equals_torchvision():
    generator = torch.Generator().manual_seed(0)
    low = torch.rand(50, 2, generator=generator) * 20
    one = torch.cat([low, low + 1 + torch.rand(50, 2, generator=generator) * 10], 1)
    other = one.flip(0)
    ours = _generalised_iou(one.T[None, :, None], other.T[None, :, None])[0, 0]
    torch.testing.assert_close(ours, generalized_box_iou(one, other).diagonal())
