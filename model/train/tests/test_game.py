"""The adversarial phase, the optimiser, the float32 twin read back, restoration, and the estimate of damage."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from test_network import trained_looking

from generator import damage, export, repair, twin
from generator.discriminator import FRAMES, Discriminator, luma
from generator.game import Game, Rules, Weights
from generator.network import RESTORED, Generator, Shape
from generator.planes import Planes, pack_input, pack_output
from generator.quantise import QuantisedGenerator
from generator.sharpen import sharpened
from generator.soap import Soap
from generator.train import latest, load_generator


def sequences(seed: int = 1, cells: int = 12) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(seed)
    y = torch.rand(2, FRAMES, 24, cells, cells)
    return torch.rand(2, FRAMES, 6, cells, cells), y


def test_luma_is_the_picture_that_was_packed() -> None:
    rng = np.random.default_rng(1)
    planes = Planes(*(rng.integers(0, 256, s).astype(np.uint8) for s in ((8, 12), (4, 6), (4, 6))))
    assert np.array_equal(luma(torch.from_numpy(pack_input(planes))[None].float())[0, 0].numpy(), planes.y)
    assert np.array_equal(luma(torch.from_numpy(pack_output(planes))[None].float())[0, 0].numpy(), planes.y)


def test_the_discriminator_sees_the_order_of_frames() -> None:
    x, y = sequences()
    judge = Discriminator(width=8)
    logits, features = judge(y, x)
    assert logits.shape == (2, 1, 12, 12)
    assert len(features) == 3
    assert not torch.allclose(logits, judge(y.flip(1), x)[0])


def test_a_step_moves_both_players_and_keeps_the_contract() -> None:
    game = Game(trained_looking(3), Rules(Weights()), fast=False)
    x, y = sequences()
    before = [p.clone() for p in (*game.network.parameters(), *game.discriminator.parameters())]
    terms = [game.advance(x, y, share=0.1) for _ in range(3)][-1]
    after = [*game.network.parameters(), *game.discriminator.parameters()]
    frozen = game.network.generator.tail.bias
    assert all(not torch.equal(a, b) for a, b in zip(after, before, strict=True) if a is not frozen and a.numel())
    assert terms["V"] < 0 < terms["orthonormality"]
    assert all(float(b.bias.detach().max()) <= 0 for b in game.network.generator.blocks())


def test_the_last_quarter_leaves_the_noise_alone() -> None:
    game = Game(trained_looking(3), Rules(Weights()), fast=False)
    x, y = sequences()
    game.advance(x, y, share=0.1)
    style = game.network.style.clone()
    game.generators.state.clear()  # momentum of the noise
    assert game.advance(x, y, share=0.9)["orthonormality"] == 0.0
    assert torch.equal(game.network.style, style)


def test_what_ships_is_the_game_s_generator_without_noise(tmp_path: Path) -> None:
    game = Game(trained_looking(3), Rules(Weights()), fast=False)
    x, y = sequences()
    game.advance(x, y, share=0.1)
    game.save(tmp_path / "adversarial.pt", {"elapsed": 1.0})
    assert latest(tmp_path) == tmp_path / "adversarial.pt"
    pictures = x.flatten(0, 1)
    shipped = load_generator(tmp_path / "adversarial.pt")(pictures)
    assert torch.equal(shipped, game.shipped()(pictures))
    assert torch.equal(shipped, game.average(pictures, game.average.still(len(pictures))))
    again = Game(trained_looking(4), Rules(Weights()), fast=False)
    assert again.restore(tmp_path / "adversarial.pt") == {"elapsed": 1.0}
    assert torch.equal(again.shipped()(pictures), shipped)


def test_soap_solves_an_ill_conditioned_problem_that_adam_does_not() -> None:
    torch.manual_seed(2)
    left, right = torch.randn(12, 12), torch.randn(20, 20)
    wanted = torch.randn(12, 20)

    def left_over(kind: type[torch.optim.Optimizer]) -> float:
        w = torch.zeros(12, 20, requires_grad=True)
        optimiser = kind([w], lr=0.03)
        for step in range(600):
            optimiser.param_groups[0]["lr"] = 0.03 * (1 - step / 600)
            loss = ((left @ (w - wanted) @ right) ** 2).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        return float(loss.detach())

    assert left_over(Soap) < 0.2 * left_over(torch.optim.Adam)


def test_a_twin_is_read_back_as_the_generator_it_was(tmp_path: Path) -> None:
    generator = trained_looking(5)
    export.save(export.float_twin(generator, {}), tmp_path / "a-float32.onnx")
    x = torch.rand(1, 6, 9, 7)
    assert torch.allclose(twin.load(tmp_path / "a-float32.onnx")(x), generator(x), atol=1e-5)
    quantised = QuantisedGenerator(generator)
    quantised.calibrate(x)
    export.save(export.eight_bit(quantised, {}), tmp_path / "a.onnx")
    with pytest.raises(ValueError, match="float32 twin"):
        twin.load(tmp_path / "a.onnx")


def test_an_untrained_restoration_generator_copies_its_input() -> None:
    generator = Generator(Shape(16, 1, outputs=RESTORED))
    x = torch.randint(0, 256, (1, 6, 9, 7)).float() / 255.0
    assert torch.equal(generator(x), x)
    quantised = QuantisedGenerator(generator)
    quantised.calibrate(x)
    levels = (x * 255).byte().permute(0, 2, 3, 1).contiguous().numpy()
    for graph in (export.eight_bit(quantised, {}), export.float_twin(generator, {})):
        session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
        assert np.array_equal(session.run(None, {"input": levels})[0], levels)


def test_damage_is_learned_from_which_generator_did_better() -> None:
    rng = np.random.default_rng(1)
    clean = [rng.integers(0, 256, (32, 48)).astype(np.uint8) for _ in range(20)]
    coded = [np.kron(p[:4, :6], np.ones((8, 8), np.uint8)) for p in clean]
    found = torch.from_numpy(np.array([damage.statistics(p) for p in (*clean, *coded)]))
    gains = torch.tensor([[0.5, 0.0]] * 20 + [[-0.1, 0.4]] * 20)
    network = damage.fit(found, gains)
    with torch.no_grad():
        assert torch.equal(network(found)[:, 0] > 0, gains[:, 0] < gains[:, 1])
    source = damage.go_source(network, "damageNetwork", "damage")
    assert source.startswith("package model\n")
    assert "var damageNetwork = estimator{" in source
    assert source.count("\n") > damage.HIDDEN


def test_a_repair_goes_as_far_as_it_gains() -> None:
    """Of pictures whose repair is right, all of it; of pictures that need none, nothing."""
    rng = np.random.default_rng(2)
    fine = [rng.integers(0, 256, (32, 48)).astype(np.uint8) for _ in range(20)]
    blocks = [np.kron(p[:4, :6], np.ones((8, 8), np.uint8)) for p in fine]
    found = torch.from_numpy(np.array([damage.statistics(p) for p in (*fine, *blocks)]))
    rows = torch.tensor([[50.0, 0.0, 0.0]] * 20 + [[50.0, 50.0, 50.0]] * 20)
    goes = repair.fit(found, rows)(found)[:, 0].sigmoid()
    assert goes[:20].max() < 0.2
    assert goes[20:].min() > 0.8
    assert torch.equal(repair.gain(torch.zeros(40), rows), torch.zeros(40))
    decoded, repaired, truth = (np.full((2, 2), v, np.uint8) for v in (10, 14, 12))
    assert repair.moments(decoded, repaired, truth) == [16.0, 8.0, 4.0]


def test_a_sharpened_truth_keeps_flat_areas_and_chroma_and_gains_contrast() -> None:
    flat = torch.full((1, 24, 3, 4), 0.25)
    torch.testing.assert_close(sharpened(flat, 0.3), flat)
    step = np.full((12, 16), 64, np.uint8)
    step[:, 8:] = 160
    chroma = np.arange(48, dtype=np.uint8).reshape(6, 8)
    cells = torch.from_numpy(pack_output(Planes(step, chroma, chroma)))[None].float() / 255.0
    sharp = sharpened(cells, 0.3)
    assert torch.equal(sharp[:, 16:], cells[:, 16:])
    torch.testing.assert_close(sharpened(cells, 0.0), cells)
    row = luma(sharp)[0, 0, 5] * 255.0
    assert row[7] < 64 - 5
    assert row[8] > 160 + 5
    torch.testing.assert_close(row[[0, -1]], torch.tensor([64.0, 160.0]))
    assert float(sharpened(torch.rand(2, 24, 5, 5), 0.3).min()) >= 0.0
