"""Adversarial baselines on points in the plane."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from generator import adversarial
from generator.composite import multilayer
from generator.transport import Source


@dataclass(frozen=True)
class Size:
    """Hidden layers of generator and discriminator alike."""

    width: int = 128
    depth: int = 3


def non_saturating(
    data: Source, source: Source, size: Size, steps: int, batch: int, rate: float, beta: float
) -> nn.Sequential:
    """Train by Goodfellow's game with the non-saturating loss, Adam (beta, 0.999), one step each in turn."""
    generator, judge = (multilayer(2, size.width, size.depth, outputs) for outputs in (2, 1))
    for_generator, for_judge = (
        torch.optim.Adam(n.parameters(), lr=rate, betas=(beta, 0.999), fused=True) for n in (generator, judge)
    )
    for _ in range(steps):
        fake = generator(source(batch))
        _step(for_judge, adversarial.discriminator_loss(judge(data(batch)), judge(fake.detach())))
        _step(for_generator, adversarial.non_saturating_loss(judge(fake)))
    return generator


def clipped_wasserstein(
    data: Source, source: Source, size: Size, steps: int, batch: int
) -> tuple[nn.Sequential, nn.Sequential]:
    """Train a WGAN as published: weights clipped at 0.01, RMSprop at 5e-5, five critic steps. Generator and critic."""
    generator, critic = (multilayer(2, size.width, size.depth, outputs) for outputs in (2, 1))
    for_generator, for_critic = (torch.optim.RMSprop(n.parameters(), lr=5e-5) for n in (generator, critic))
    for _ in range(steps):
        for _ in range(5):
            fake = generator(source(batch)).detach()
            _step(for_critic, adversarial.critic_loss(critic(data(batch)), critic(fake)))
            adversarial.clip_weights(critic.parameters(), 0.01)
        _step(for_generator, adversarial.hinge_generator_loss(critic(generator(source(batch)))))
    return generator, critic


def penalised_wasserstein(
    data: Source, source: Source, size: Size, steps: int, batch: int, rate: float
) -> tuple[nn.Sequential, nn.Sequential]:
    """Train a WGAN-GP: penalty weight 10, Adam (0, 0.9), five critic steps. Generator and critic."""
    generator, critic = (multilayer(2, size.width, size.depth, outputs) for outputs in (2, 1))
    for_generator, for_critic = (
        torch.optim.Adam(n.parameters(), lr=rate, betas=(0.0, 0.9), fused=True) for n in (generator, critic)
    )
    for _ in range(steps):
        for _ in range(5):
            real, fake = data(batch), generator(source(batch)).detach()
            penalty = adversarial.gradient_penalty(critic, real, fake)
            _step(for_critic, adversarial.critic_loss(critic(real), critic(fake)) + 10.0 * penalty)
        _step(for_generator, adversarial.hinge_generator_loss(critic(generator(source(batch)))))
    return generator, critic


def _step(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()
