"""SOAP: Adam in the eigenbasis of Shampoo's preconditioner (Vyas et al., arXiv:2409.11321).

A tiny network's step is cheap on two sides: its layers are matrices of a few hundred
rows and columns, so their second moments L = E G G^T and R = E G^T G can be kept and
diagonalised for less than the convolutions cost. Per step it then learns about twice as
much as Adam does here. Wider layers keep a moment for each dimension of their kernels.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor


class Soap(torch.optim.Optimizer):
    """Parameters of two or more dimensions are tensors with a moment a side; vectors get plain Adam.

    every: steps between two updates of the eigenbasis (one power iteration and a QR each).
    largest: a kernel (out, in, 3, 3) is a matrix (out, in * 9) up to so many columns, else a
    tensor (out, in, 9), whose moments are a hundredth of the size.
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float = 3e-3,
        betas: tuple[float, float] = (0.95, 0.95),
        eps: float = 1e-8,
        every: int = 20,
        largest: int = 300,
    ) -> None:
        super().__init__(parameters, {"lr": lr, "betas": betas, "eps": eps, "every": every, "largest": largest})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One update; the first call of a matrix only measures its gradient."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._update(parameter, group)

    def _update(self, parameter: Tensor, group: dict) -> None:
        assert parameter.grad is not None
        gradient = parameter.grad.reshape(_sides(parameter, group["largest"]))
        state = self.state[parameter]
        if not state:
            state["step"] = 0
            state["mean"], state["square"] = torch.zeros_like(gradient), torch.zeros_like(gradient)
            if gradient.dim() > 1:
                for side in range(gradient.dim()):
                    moment = _moment(gradient, side)
                    state[f"moment_{side}"] = moment
                    state[f"basis_{side}"] = torch.linalg.eigh(moment + 1e-12 * torch.eye(len(moment)))[1].flip(1)
                return
        state["step"] += 1
        keep, keep_square = group["betas"]
        state["mean"].lerp_(gradient, 1 - keep)
        bases = [state[f"basis_{side}"] for side in range(gradient.dim())] if gradient.dim() > 1 else []
        turned = _turn(gradient, bases)
        state["square"].mul_(keep_square).addcmul_(turned, turned, value=1 - keep_square)
        mean = _turn(state["mean"], bases) / (1 - keep ** state["step"])
        change = mean / ((state["square"] / (1 - keep_square ** state["step"])).sqrt_().add_(group["eps"]))
        change = _turn(change, [basis.T for basis in bases])
        parameter.add_(change.reshape(parameter.shape), alpha=-group["lr"])
        for side in range(len(bases)):
            state[f"moment_{side}"].lerp_(_moment(gradient, side), 1 - keep_square)
        if bases and state["step"] % group["every"] == 0:
            _refresh(state, len(bases))


def _sides(parameter: Tensor, largest: int) -> tuple[int, ...]:
    """The shape that an update works on; no more than one dimension is a vector."""
    if parameter.dim() <= 1:
        return tuple(parameter.shape)
    if parameter.dim() == 2 or parameter[0].numel() <= largest:
        return parameter.shape[0], parameter[0].numel()
    return parameter.shape[0], parameter.shape[1], parameter[0, 0].numel()


def _moment(gradient: Tensor, side: int) -> Tensor:
    """E G G^T over one dimension: the others are columns."""
    matrix = gradient.movedim(side, 0).flatten(1)
    return matrix @ matrix.T


def _turn(tensor: Tensor, bases: list[Tensor]) -> Tensor:
    """The tensor in the bases, one a dimension; none leave it as it is."""
    for basis in bases:  # each takes the first dimension to the end, so they come round
        tensor = torch.tensordot(tensor, basis, dims=([0], [0]))
    return tensor


def _refresh(state: dict, sides: int) -> None:
    """One step of orthogonal iteration for all bases, columns in order of their eigenvalues."""
    for side in range(sides):
        basis, moment = state[f"basis_{side}"], state[f"moment_{side}"]
        order = (basis * (moment @ basis)).sum(0).argsort(descending=True)
        state["square"] = state["square"].index_select(side, order)
        state[f"basis_{side}"] = torch.linalg.qr(moment @ basis[:, order])[0]
