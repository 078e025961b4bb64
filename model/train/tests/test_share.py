"""How far a doubled picture departs from plain enlargement is learned from what mixtures gain."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from generator import damage, share


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(share, "STEPS", 600)


def statistics_of_noise_and_blocks() -> Tensor:
    """Of 20 pictures of noise and, after them, 20 of blocks of 8x8."""
    rng = np.random.default_rng(3)
    fine = [rng.integers(0, 256, (32, 48)).astype(np.uint8) for _ in range(20)]
    blocks = [np.kron(p[:4, :6], np.ones((8, 8), np.uint8)) for p in fine]
    return torch.from_numpy(np.array([damage.statistics(p) for p in (*fine, *blocks)]))


def test_a_doubled_picture_departs_from_plain_enlargement_as_far_as_it_gains() -> None:
    found = statistics_of_noise_and_blocks()
    rising = torch.linspace(0.0, 1.0, len(share.SHARES))
    rows = torch.stack([-rising] * 20 + [rising] * 20)
    shares = share.fit(found, rows)(found)[:, 0].sigmoid()
    assert shares[:20].max() < 0.2
    assert shares[20:].min() > 0.8
    assert share.gain(torch.tensor([0.3, 1.0]), rows[-2:]).tolist() == pytest.approx([0.3, 1.0])
    plain, generated, truth = (np.full((6, 6), v, np.uint8) for v in (10, 18, 14))
    assert int(np.argmax(share.gains_of(generated, plain, truth, 30.0))) == len(share.SHARES) // 2


def test_shares_are_stretched_as_the_element_does() -> None:
    shares = share.stretched(torch.tensor([0.0, 0.5, 0.7, 0.75, 0.8, 0.95]))
    assert shares.tolist() == pytest.approx([0.0, 0.5, 0.7, 0.85, 1.0, 1.0])


def test_what_the_estimate_of_damage_takes_for_clean_is_asked_of_its_latest_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(damage, "HERE", tmp_path)
    found = statistics_of_noise_and_blocks()
    with pytest.raises(SystemExit, match="model/train/damage"):
        share.nearly_clean(found)
    network = damage.fit(found, torch.tensor([[0.5, 0.0]] * 20 + [[-0.1, 0.4]] * 20))
    damage.latest_fit().parent.mkdir()
    torch.save(network.state_dict(), damage.latest_fit())
    assert share.nearly_clean(found).tolist() == [True] * 20 + [False] * 20
