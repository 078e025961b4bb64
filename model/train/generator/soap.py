"""SOAP: Adam in the eigenbasis of Shampoo's preconditioner (Vyas et al., arXiv:2409.11321).

A tiny network's step is cheap on two sides: its layers are matrices of a few hundred
rows and columns, so their second moments L = E G G^T and R = E G^T G can be kept and
diagonalised for less than the convolutions cost. Per step it then learns about twice as
much as Adam does here.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor


class Soap(torch.optim.Optimizer):
    """Parameters of two or more dimensions are matrices (first, all others); vectors get plain Adam.

    every: steps between two updates of the eigenbasis (one power iteration and a QR each).
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float = 3e-3,
        betas: tuple[float, float] = (0.95, 0.95),
        eps: float = 1e-8,
        every: int = 20,
    ) -> None:
        super().__init__(parameters, {"lr": lr, "betas": betas, "eps": eps, "every": every})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One update; the first call of a matrix only measures its gradient."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._update(parameter, group)

    def _update(self, parameter: Tensor, group: dict) -> None:
        assert parameter.grad is not None
        matrix = parameter.dim() > 1
        gradient = parameter.grad.reshape(parameter.shape[0] if matrix else 1, -1)
        state = self.state[parameter]
        if not state:
            state["step"] = 0
            state["mean"], state["square"] = torch.zeros_like(gradient), torch.zeros_like(gradient)
            if matrix:
                for side, moment in (("left", gradient @ gradient.T), ("right", gradient.T @ gradient)):
                    state[side] = moment
                    state[f"{side}_basis"] = torch.linalg.eigh(moment + 1e-12 * torch.eye(len(moment)))[1].flip(1)
                return
        state["step"] += 1
        keep, keep_square = group["betas"]
        state["mean"].lerp_(gradient, 1 - keep)
        left, right = (state["left_basis"], state["right_basis"]) if matrix else (None, None)
        turned = _turn(gradient, left, right)
        state["square"].mul_(keep_square).addcmul_(turned, turned, value=1 - keep_square)
        mean = _turn(state["mean"], left, right) / (1 - keep ** state["step"])
        change = mean / ((state["square"] / (1 - keep_square ** state["step"])).sqrt_().add_(group["eps"]))
        if left is not None and right is not None:
            change = left @ change @ right.T
        parameter.add_(change.reshape(parameter.shape), alpha=-group["lr"])
        if matrix:
            state["left"].lerp_(gradient @ gradient.T, 1 - keep_square)
            state["right"].lerp_(gradient.T @ gradient, 1 - keep_square)
            if state["step"] % group["every"] == 0:
                _refresh(state)


def _turn(gradient: Tensor, left: Tensor | None, right: Tensor | None) -> Tensor:
    return gradient if left is None or right is None else left.T @ gradient @ right


def _refresh(state: dict) -> None:
    """One step of orthogonal iteration for both bases, columns in order of their eigenvalues."""
    for side in ("left", "right"):
        basis, moment = state[f"{side}_basis"], state[side]
        order = (basis * (moment @ basis)).sum(0).argsort(descending=True)
        state["square"] = state["square"][order] if side == "left" else state["square"][:, order]
        state[f"{side}_basis"] = torch.linalg.qr(moment @ basis[:, order])[0]
