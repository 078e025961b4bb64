"""The adversarial game: its value, its optimum, and the losses that play it.

Every discriminator here returns logits, any real number: D = sigmoid(logit) is the
probability that a sample is real. Critics of the Wasserstein form return a potential.
Losses are means over all elements of what they are given, so a discriminator may judge
whole samples (n, 1) or patches (n, 1, h, w).

Sources:
  Goodfellow et al., Generative Adversarial Nets, NIPS 2014: eq. 1, proposition 1, theorem 1
  Miyato et al., Spectral Normalization, ICLR 2018: hinge losses, eq. 16 and 17
  Arjovsky et al., Wasserstein GAN, ICML 2017: algorithm 1
  Gulrajani et al., Improved Training of Wasserstein GANs, NIPS 2017: eq. 3
  Mescheder et al., Which Training Methods for GANs do actually Converge?, ICML 2018: eq. 9
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import torch
import torch.nn.functional as functional
from torch import Tensor

# The value of the game where the generator's law equals the data's: D is 1/2 everywhere.
EQUILIBRIUM = -math.log(4.0)

Critic = Callable[[Tensor], Tensor]


def value(real: Tensor, fake: Tensor) -> Tensor:
    """V(D, G) = E log D(x) + E log(1 - D(G(z))), from logits; a scalar <= 0 (Goodfellow, eq. 1)."""
    return -functional.softplus(-real).mean() - functional.softplus(fake).mean()


def optimal_discriminator(p: Tensor, q: Tensor) -> Tensor:
    """D*(x) = p(x) / (p(x) + q(x)) of two densities at the same points (Goodfellow, proposition 1)."""
    return p / (p + q)


def divergence(optimal_value: float) -> float:
    """Jensen-Shannon divergence in nats, 0..log 2, that V(D*, G) stands for (Goodfellow, theorem 1)."""
    return 0.5 * (optimal_value - EQUILIBRIUM)


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """-V(D, G): what the discriminator minimises."""
    return -value(real, fake)


def non_saturating_loss(fake: Tensor) -> Tensor:
    """E -log D(G(z)): the generator's loss whose gradient lives while D still wins (Goodfellow, section 3)."""
    return functional.softplus(-fake).mean()


def hinge_discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))), on logits (Miyato, eq. 16)."""
    return functional.relu(1.0 - real).mean() + functional.relu(1.0 + fake).mean()


def hinge_generator_loss(fake: Tensor) -> Tensor:
    """-E D(G(z)), on logits: partner of the hinge, and a Wasserstein generator's loss (Miyato, eq. 17)."""
    return -fake.mean()


def critic_loss(real: Tensor, fake: Tensor) -> Tensor:
    """E f(G(z)) - E f(x): minus the Kantorovich dual of W1 that a 1-Lipschitz f maximises (Arjovsky, eq. 2)."""
    return fake.mean() - real.mean()


def clip_weights(parameters: Iterable[Tensor], limit: float) -> None:
    """Clamp every parameter to [-limit, limit] in place, the Lipschitz surrogate of Arjovsky's algorithm 1.

    The gradient through L such layers shrinks by about limit * sqrt(width) a layer, so a
    deep clipped critic goes flat: input_gradient() shows it.
    """
    with torch.no_grad():
        for parameter in parameters:
            parameter.clamp_(-limit, limit)


def input_gradient(critic: Critic, x: Tensor, create_graph: bool = False) -> Tensor:
    """|d critic / dx| of every sample, shape (n,): what a generator at x would learn from."""
    x = x.detach().requires_grad_(True)
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=create_graph)
    return slope.flatten(1).norm(dim=1)


def gradient_penalty(critic: Critic, real: Tensor, fake: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """E (|grad f(u)| - 1)^2, u uniform on the lines from real to fake samples (Gulrajani, eq. 3, without lambda)."""
    if real.shape != fake.shape:
        raise ValueError(
            f"a line needs two ends: {tuple(real.shape)} real and {tuple(fake.shape)} fake samples differ in shape"
        )
    t = torch.rand(len(real), *[1] * (real.dim() - 1), generator=generator)
    between = real.detach() + t * (fake.detach() - real.detach())
    return ((input_gradient(critic, between, create_graph=True) - 1.0) ** 2).mean()


def zero_centred_penalty(critic: Critic, real: Tensor) -> Tensor:
    """E |grad D(x)|^2 / 2 on real samples: R1 with its factor 1/2, without gamma (Mescheder, eq. 9)."""
    return 0.5 * (input_gradient(critic, real, create_graph=True) ** 2).mean()
