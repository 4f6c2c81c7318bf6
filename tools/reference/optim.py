"""Optimizers over ten steps with given gradients, schedules over 25 epochs, and clipping."""

import sys

import torch
from torch import optim
from torch.optim import lr_scheduler

from common import TYPES, camel, camel_keys, dump, sample, write

STEPS = 10

# The running product of NAdam's momenta is a tensor of the default type; as a float32 it would be the least exact number of a float64 step.
torch.set_default_dtype(torch.float64)


def nadam_step(params, grads, exp_avgs, exp_avg_sqs, mu_products, state_steps, *, beta1, beta2, lr, weight_decay, momentum_decay, eps):
    """NAdam as PyTorch 2 has it: 1.13 counts the momentum of this step twice in the product that the next one is corrected by."""
    for p, g, m, v, product, t in zip(params, grads, exp_avgs, exp_avg_sqs, mu_products, state_steps):
        t += 1
        now, following = (beta1 * (1 - 0.5 * 0.96 ** ((t.item() + i) * momentum_decay)) for i in (0, 1))
        product *= now
        g = g + weight_decay * p
        m.mul_(beta1).add_(g, alpha=1 - beta1)
        v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
        scale = (v / (1 - beta2 ** t.item())).sqrt() + eps
        p.addcdiv_(g, scale, value=-lr * (1 - now) / (1 - product.item()))
        p.addcdiv_(m, scale, value=-lr * following / (1 - product.item() * following))


sys.modules["torch.optim.nadam"]._single_tensor_nadam = nadam_step

ROWS = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.05}),
    ("SGD", {"lr": 0.1, "momentum": 0.8, "nesterov": True, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.1, "weight_decay": 0.1, "maximize": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.2, "weight_decay": 0.05, "initial_accumulator_value": 0.5, "eps": 1e-6}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.8, "eps": 1e-3, "weight_decay": 0.05}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 0.05, "alpha": 0.9, "eps": 1e-4, "weight_decay": 0.05}),
    ("RMSprop", {"lr": 0.05, "momentum": 0.7, "centered": True}),
    ("Adam", {}),
    ("Adam", {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-4, "weight_decay": 0.05}),
    ("Adam", {"lr": 0.1, "amsgrad": True, "betas": (0.8, 0.6)}),
    ("Adam", {"lr": 0.1, "maximize": True, "weight_decay": 0.1}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.1, "weight_decay": 0.2, "amsgrad": True, "betas": (0.8, 0.6)}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.1, "betas": (0.8, 0.95), "weight_decay": 0.05, "momentum_decay": 0.1}),
    ("RAdam", {}),
    ("RAdam", {"lr": 0.1, "betas": (0.8, 0.9), "weight_decay": 0.05}),
]


def gradients(step):
    """The second parameter has no gradient in step 3."""
    return [sample(3, seed=100 + step), None if step == 3 else sample(2, 2, seed=200 + step)]


def trajectory(name, options, dtype, groups):
    params = [sample(3, seed=1).to(dtype).requires_grad_(), sample(2, 2, seed=2).to(dtype).requires_grad_()]
    given = [{"params": [params[0]]}, {"params": [params[1]], "lr": 0.03}] if groups else params
    optimizer = getattr(optim, name)(given, **options)
    path = []
    for step in range(STEPS):
        for p, g in zip(params, gradients(step)):
            p.grad = None if g is None else g.to(dtype)
        optimizer.step()
        path.append([dump(p) for p in params])
    return path


def optimizers():
    cases = []
    for i, (name, options) in enumerate(ROWS):
        # SGD has no default rate in this PyTorch.
        for groups in [False, True] if i % 3 == 1 else [False]:
            cases.append({
                "optimizer": name,
                "options": camel_keys(options),
                "groups": groups,
                **{t: trajectory(name, options, dtype, groups) for t, dtype in TYPES.items()},
            })
    steps = [[None if g is None else dump(g) for g in gradients(step)] for step in range(STEPS)]
    start = [dump(sample(3, seed=1)), dump(sample(2, 2, seed=2))]
    write("optim", [{"start": start, "gradients": steps}, *cases])


SCHEDULES = [
    [("StepLR", {"step_size": 4})],
    [("StepLR", {"step_size": 3, "gamma": 0.5})],
    [("MultiStepLR", {"milestones": [2, 5, 5, 11]})],
    [("MultiStepLR", {"milestones": [3, 9], "gamma": 0.3})],
    [("ExponentialLR", {"gamma": 0.9})],
    [("CosineAnnealingLR", {"T_max": 10})],
    [("CosineAnnealingLR", {"T_max": 7, "eta_min": 0.001})],
    [("LambdaLR", {"lr_lambda": [0.95, 0.8]})],
    [("ExponentialLR", {"gamma": 0.9}), ("StepLR", {"step_size": 5, "gamma": 0.5})],
    [("ReduceLROnPlateau", {"patience": 2})],
    [("ReduceLROnPlateau", {"mode": "max", "factor": 0.5, "patience": 1, "cooldown": 2})],
    [("ReduceLROnPlateau", {"patience": 0, "threshold": 0.5, "threshold_mode": "abs", "min_lr": 0.002, "factor": 0.3})],
]
METRICS = [5.0, 4.0, 4.0, 3.5, 3.6, 3.7, 3.8, 3.4, 3.4, 3.4, 3.4, 3.4, 3.4, 3.4, 3.4, 2.0, 2.1, 2.2, 2.3, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]


def make_schedule(name, optimizer, options):
    if name == "LambdaLR":
        options = {"lr_lambda": [lambda epoch, base=base: base**epoch for base in options["lr_lambda"]]}
    return getattr(lr_scheduler, name)(optimizer, **options)


def schedules():
    cases = []
    for rows in SCHEDULES:
        params = [torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)]
        optimizer = optim.SGD([{"params": [params[0]]}, {"params": [params[1]], "lr": 0.02}], lr=0.1)
        made = [make_schedule(name, optimizer, options) for name, options in rows]
        rates = [[g["lr"] for g in optimizer.param_groups]]
        for metric in METRICS:
            optimizer.step()
            for schedule in made:
                schedule.step(metric) if isinstance(schedule, lr_scheduler.ReduceLROnPlateau) else schedule.step()
            rates.append([g["lr"] for g in optimizer.param_groups])
        named = [{"schedule": name, "options": {("tMax" if k == "T_max" else camel(k)): v for k, v in options.items()}} for name, options in rows]
        cases.append({"schedules": named, "metrics": METRICS, "rates": rates})
    write("optim-schedules", cases)


def clipping():
    cases = []
    for kind, limit, options in [
        ("norm", 1.0, {}),
        ("norm", 100.0, {}),
        ("norm", 0.5, {"norm_type": 1.0}),
        ("norm", 0.5, {"norm_type": 3.0}),
        ("norm", 0.5, {"norm_type": float("inf")}),
        ("value", 0.5, {}),
    ]:
        grads = [sample(3, seed=100), sample(2, 2, seed=200)]
        params = [torch.zeros_like(g, requires_grad=True) for g in grads]
        for p, g in zip(params, grads):
            p.grad = g.clone()
        clip = torch.nn.utils.clip_grad_norm_ if kind == "norm" else torch.nn.utils.clip_grad_value_
        total = clip(params, limit, **options)
        cases.append({
            "kind": kind,
            "limit": limit,
            "options": {camel(k): "Infinity" if v == float("inf") else v for k, v in options.items()},
            "before": [dump(g) for g in grads],
            "after": [dump(p.grad) for p in params],
            "norm": None if total is None else total.item(),
        })
    write("optim-clipping", cases)


def main():
    optimizers()
    schedules()
    clipping()


if __name__ == "__main__":
    main()
