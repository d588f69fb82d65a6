import numpy as np
import pytest

from datasets.sandbox.ct.projector import angles_of, back_project, elements_of, project, strip_matrix


def disc(pixels, radius, fine=16):
    """Share of each pixel within a centred disc, by sampling."""
    places = (np.arange(pixels * fine) + 0.5) / fine - pixels / 2
    inside = places[:, None] ** 2 + places[None, :] ** 2 <= radius**2
    return inside.reshape(pixels, fine, pixels, fine).mean(axis=(1, 3)).astype(np.float32)


def mean_chord(elements, radius):
    """Analytic: mean chord of a disc over each element, from areas of circular segments."""
    u = np.clip((np.arange(elements + 1) - elements / 2) / radius, -1, 1)
    return np.diff(radius**2 * (u * np.sqrt(1 - u**2) + np.arcsin(u)))


def shares_of_strips(image, angle, elements, fine):
    """Brute force: fine x fine points in each pixel, each dropped into the strip that it lies in."""
    pixels = len(image)
    places = (np.arange(pixels * fine) + 0.5) / fine - pixels / 2
    along = places[None, :] * np.cos(angle) + places[:, None] * np.sin(angle)
    weights = np.kron(image, np.ones((fine, fine))) / fine**2
    return np.histogram(along, bins=np.arange(elements + 1) - elements / 2, weights=weights)[0]


@pytest.mark.parametrize("pixels", [2, 3, 24, 25])
def test_nothing_casts_no_shadow(pixels):
    assert not project(np.zeros((1, pixels, pixels), np.float32), 8).any()


def test_no_image_is_no_sinogram():
    assert project(np.zeros((0, 8, 8), np.float32), 8).shape == (0, 8, elements_of(8))


def test_a_disc_casts_its_chords_in_every_view():
    pixels, radius, views = 96, 31.3, 48
    seen = project(disc(pixels, radius)[None], views)[0]
    expected = mean_chord(elements_of(pixels), radius)
    # At the rim pixels are averaged over their square: there it is off by parts of a pixel.
    inner = np.abs(np.arange(len(expected)) - (len(expected) - 1) / 2) < radius - 3
    assert np.abs(seen[:, inner] - expected[inner]).max() < 0.01 * 2 * radius
    assert np.abs(seen - expected).max() < 3.0
    assert np.sqrt(((seen - expected) ** 2).mean()) < 0.005 * 2 * radius


@pytest.mark.parametrize("pixels", [1, 2, 7, 32])
def test_every_view_holds_all_the_mass(pixels):
    image = np.random.default_rng(pixels).random((3, pixels, pixels)).astype(np.float32)
    seen = project(image, 16).sum(axis=2)
    assert seen == pytest.approx(np.repeat(image.sum(axis=(1, 2))[:, None], 16, axis=1), rel=2e-6)


def test_every_view_is_the_brute_force_one():
    pixels, views = 9, 16
    image = np.random.default_rng(4).random((pixels, pixels)).astype(np.float32)
    seen = project(image[None], views)[0]
    for view, angle in enumerate(angles_of(views)):
        expected = shares_of_strips(image, angle, elements_of(pixels), 100)
        assert np.abs(seen[view] - expected).max() < 0.02, view


def test_back_projection_is_the_transpose():
    rng, pixels, views = np.random.default_rng(5), 21, 12
    image = rng.standard_normal((2, pixels, pixels)).astype(np.float32)
    sinogram = rng.standard_normal((2, views, elements_of(pixels))).astype(np.float32)
    forward = (project(image, views) * sinogram).sum()
    assert (image * back_project(sinogram, pixels)).sum() == pytest.approx(forward, rel=1e-4)


def test_images_at_once_are_images_alone():
    images = np.random.default_rng(6).random((37, 12, 12)).astype(np.float32)
    together = project(images, 8)
    assert all(np.array_equal(project(image[None], 8)[0], seen) for image, seen in zip(images, together, strict=True))


def test_the_matrix_is_built_once():
    assert strip_matrix(12, 8) is strip_matrix(12, 8)


@pytest.mark.parametrize(("shape", "views"), [((1, 8, 9), 8), ((8, 8), 8), ((1, 8, 8), 6), ((1, 8, 8), 0)])
def test_other_shapes_are_refused(shape, views):
    with pytest.raises(ValueError, match=r"square.*found.*pad"):
        project(np.zeros(shape, np.float32), views)


def test_a_sinogram_of_another_detector_is_refused():
    with pytest.raises(ValueError, match="elements"):
        back_project(np.zeros((1, 8, 5), np.float32), 8)
