"""A small network, or a few numbers, that tries to tell one from the other; five folds by scene."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from evaluation.auroc import auroc_interval
from evaluation.statistics import Interval

Scores = NDArray[np.float64]
FOLDS = 5
_EPOCHS, _BATCH, _RATE = 20, 64, 2e-3


def told_apart(crops_PCHW: NDArray[np.float32], seed: int = 0) -> Interval:
    """AUC of a small network over pairs, with its interval: crops (pairs, 2, channels, rows, columns), object first."""
    pairs = len(crops_PCHW)
    fold = folds_of(pairs, seed)
    scores = np.zeros((pairs, 2))
    for number in range(FOLDS):
        network = _trained(crops_PCHW[fold != number], seed + number)
        scores[fold == number] = _scores(network, crops_PCHW[fold == number])
    return interval_of_pairs(scores)


def told_by_numbers(
    features_NF: Scores, positive_N: NDArray[np.bool_], scene_N: NDArray[np.intp], seed: int = 0
) -> Interval:
    """AUC of a linear rule on a few numbers of each scan, five folds by scene; scenes are counted from 0."""
    scores = ridge_scores(features_NF, positive_N, folds_of(scene_N.max() + 1, seed)[scene_N], 1.0)
    return auroc_interval(scores, positive_N, clusters=scene_N.tolist())


def folds_of(scenes: int, seed: int) -> NDArray[np.intp]:
    """The fold of each scene, drawn."""
    return np.random.default_rng(seed).permutation(scenes) % FOLDS


def ridge_scores(
    features_NF: Scores, positive_N: NDArray[np.bool_], fold_N: NDArray[np.intp], penalty: float
) -> Scores:
    """Scores of a ridge regression on standardised features, each fold by a rule that was fitted to the others."""
    scores = np.zeros(len(features_NF))
    for number in range(FOLDS):
        known, asked = features_NF[fold_N != number], features_NF[fold_N == number]
        mean, spread = known.mean(axis=0), known.std(axis=0) + 1e-9
        known, asked = (np.column_stack([(some - mean) / spread, np.ones(len(some))]) for some in (known, asked))
        said = 2.0 * positive_N[fold_N != number] - 1
        # Solved over the samples: they are fewer than the features of a network.
        weights = known.T @ np.linalg.solve(known @ known.T + penalty * np.eye(len(known)), said)
        scores[fold_N == number] = asked @ weights
    return scores


def interval_of_pairs(scores_P2: Scores) -> Interval:
    """AUC with its interval of the scores of pairs, object first, resampled by pair."""
    pairs = len(scores_P2)
    clusters = np.repeat(np.arange(pairs), 2).tolist()
    return auroc_interval(scores_P2.ravel(), np.tile([True, False], pairs), clusters=clusters)


def _network(channels: int) -> nn.Module:
    layers: list[nn.Module] = []
    width = channels
    for wider in (16, 32, 32):
        layers += [nn.Conv2d(width, wider, 3, stride=2, padding=1), nn.BatchNorm2d(wider), nn.ReLU()]
        width = wider
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(4 * width, 1))


def _trained(crops_PCHW: NDArray[np.float32], seed: int) -> nn.Module:
    torch.manual_seed(seed)
    images = torch.from_numpy(crops_PCHW.reshape(-1, *crops_PCHW.shape[2:]))
    labels = torch.tensor([1.0, 0.0]).repeat(len(crops_PCHW))
    network = _network(images.shape[1])
    steps = _EPOCHS * -(-len(images) // _BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps)
    for _ in range(_EPOCHS):
        for some in torch.split(torch.randperm(len(images)), _BATCH):
            optimiser.zero_grad()
            said = network(images[some]).squeeze(1)
            loss = nn.functional.binary_cross_entropy_with_logits(said, labels[some])
            torch.autograd.backward(loss)
            optimiser.step()
            schedule.step()
    return network.eval()


@torch.no_grad()
def _scores(network: nn.Module, crops_PCHW: NDArray[np.float32]) -> Scores:
    images = torch.from_numpy(crops_PCHW.reshape(-1, *crops_PCHW.shape[2:]))
    return np.asarray(network(images).numpy(), np.float64).reshape(-1, 2)
