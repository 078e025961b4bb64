"""The logs of every phase can be drawn."""

from pathlib import Path

from generator import curves
from generator.log import write_row


def test_logs_of_all_phases_become_one_picture(tmp_path: Path) -> None:
    write_row(tmp_path / "a-faithful-fidelity.csv", {"step": 1, "minutes": 1.0, "loss": 0.1, "clean": 1.0}, 1.0)
    write_row(tmp_path / "a-faithful-fidelity.csv", {"step": 2, "minutes": 2.0, "loss": 0.05, "clean": 1.5}, 0.0)
    game = {"step": 1, "minutes": 1.0, "loss": 0.1, "V": -1.3, "D real": 0.6, "D fake": 0.4, "qp22": 1.0}
    write_row(tmp_path / "b-crisp-adversarial.csv", game, 0.0)
    assert curves.read(tmp_path / "a-faithful-fidelity.csv")["loss"] == [0.1, 0.05]
    curves.draw(tmp_path, tmp_path / "out.png")
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
