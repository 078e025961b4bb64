"""Localised generators: the terms that keep the tangent plane of G(x, z) from collapsing.

G(x, z) moves a real sample x along its manifold as the noise z leaves 0, and J is the
Jacobian dG/dz. Two terms (Qi et al., Localized GAN, CVPR 2018, arXiv:1711.06020):

  locality         G(x, 0) = x: without noise, the sample itself
  orthonormality   J^T J = c^2 I: every direction of z moves the output, by the same amount
                   and independently, so the tangent plane has full rank

The paper's c is 1. In pixels that has no meaning, so c is a wanted size of effect:
squared_scale(). J^T J is never formed in training. For M = J^T J / c^2 - I and
independent u, v with identity covariance, E (u^T M v)^2 = |M|_F^2, and u^T M v needs
only the two directional derivatives J u and J v. K directions give K (K - 1) / 2 such
pairs. A single direction would estimate 2 |M|_F^2 + (tr M)^2 instead: the wrong target.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as functional
from torch import Tensor

# Noise (n, N) to output (n, ...); the sample x is bound by the caller.
Move = Callable[[Tensor], Tensor]


def locality(still: Tensor, sample: Tensor) -> Tensor:
    """Mean |G(x, 0) - x|: L1, as the authors' own training uses in place of the paper's square."""
    return functional.l1_loss(still, sample)


def squared_scale(effect: float, outputs: int) -> float:
    """c^2 = effect^2 * outputs: each unit direction moves `outputs` values by `effect` in the root mean square."""
    return effect**2 * outputs


def directions(count: int, samples: int, noise: int, generator: torch.Generator | None = None) -> Tensor:
    """(count, samples, noise) of independent random signs: identity covariance, less variance than Gaussians."""
    return torch.randint(0, 2, (count, samples, noise), generator=generator).float() * 2.0 - 1.0


def derivatives(move: Move, z: Tensor, u: Tensor, step: float, still: Tensor | None = None) -> Tensor:
    """J u for every direction: z (n, N), u (K, n, N) -> (K, n, outputs).

    Central differences (G(z + s u) - G(z - s u)) / 2s; with `still` = G(z) at hand, one-sided,
    for half the passes. A ReLU network is exact for any step inside its linear region; a
    step of 0.1 to 0.25 (z of unit variance) keeps float32 noise below it and notices a
    collapse just outside the region as well.
    """
    if step <= 0:
        raise ValueError(f"the step of a finite difference is {step}: it must be above 0, 0.1 to 0.25 works well")
    ahead = torch.stack([move(z + step * each) for each in u])
    if still is not None:
        return ((ahead - still) / step).flatten(2)
    behind = torch.stack([move(z - step * each) for each in u])
    return ((ahead - behind) / (2.0 * step)).flatten(2)


def orthonormality(moved: Tensor, u: Tensor, scale: float, huber: float | None = 1.0) -> Tensor:
    """Mean over pairs i < j and samples of rho(<J u_i, J u_j> / c^2 - <u_i, u_j>).

    moved: (K, n, outputs) of derivatives(); u: (K, n, N); scale: c^2 > 0. With huber=None rho
    is the square and the mean an unbiased estimate of |J^T J / c^2 - I|_F^2. With Huber's
    function of that threshold, twice the usual one so that both agree near zero, a Jacobian
    that starts far off does not outweigh every other term.
    """
    if len(u) < 2:
        raise ValueError(f"{len(u)} direction gives no pair: 2 or more are needed, 3 or 4 work well")
    if scale <= 0:
        raise ValueError(f"the squared scale of the tangent is {scale}: it must be above 0")
    i, j = torch.triu_indices(len(u), len(u), 1)
    product = (moved[i] * moved[j]).sum(dim=2) / scale
    wanted = (u[i] * u[j]).sum(dim=2)
    if huber is None:
        return functional.mse_loss(product, wanted)
    return 2.0 * functional.huber_loss(product, wanted, delta=huber)


def ramp(step: int, start: int, length: int) -> float:
    """A weight that is 0 before `start` and rises to 1 over `length` steps: trained first, straightened after."""
    return min(1.0, max(0.0, (step - start) / max(1, length)))


def jacobian(move: Move, z: Tensor, step: float) -> Tensor:
    """All of J at z (n, N) by central differences along the axes: (n, outputs, N). For measuring."""
    with torch.no_grad():
        axes = torch.eye(z.shape[1])[:, None, :].expand(-1, len(z), -1)
        return derivatives(move, z, axes, step).permute(1, 2, 0)


def singular_values(j: Tensor) -> Tensor:
    """Singular values of J (n, outputs, N), descending: (n, min(outputs, N))."""
    return torch.linalg.svdvals(j)


def gram_eigenvalues(j: Tensor, scale: float) -> Tensor:
    """Eigenvalues of J^T J / c^2, descending, (n, N): all 1 where the tangent is orthonormal, 0 where collapsed."""
    gram = j.transpose(1, 2) @ j / scale
    return torch.linalg.eigvalsh(gram).flip(-1)
