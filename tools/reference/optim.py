"""Optimizers over ten steps with given gradients, schedules over 25 epochs, and clipping."""

import sys

import torch
from torch import optim
from torch.optim import lr_scheduler, swa_utils  # noqa: F401

from common import TYPES, camel, camel_keys, dump, sample, write

STEPS = 10


class Lion(optim.Optimizer):
    """PyTorch has no Lion: algorithm 2 of Chen et al. (2023), line by line."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                c = beta1 * m + (1 - beta1) * p.grad
                p.copy_(p - group["lr"] * (torch.sign(c) + group["weight_decay"] * p))
                m.copy_(beta2 * m + (1 - beta2) * p.grad)


optim.Lion = Lion

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
    ("Adamax", {}),
    ("Adamax", {"lr": 0.1, "betas": (0.8, 0.9), "eps": 1e-3, "weight_decay": 0.05}),
    ("Rprop", {}),
    ("Rprop", {"lr": 0.05, "etas": (0.4, 1.5), "step_sizes": (0.01, 0.1)}),
    ("ASGD", {}),
    ("ASGD", {"lr": 0.1, "lambd": 0.1, "alpha": 0.6, "t0": 3, "weight_decay": 0.05}),
    ("Lion", {}),
    ("Lion", {"lr": 0.05, "betas": (0.8, 0.9), "weight_decay": 0.1}),
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
    [("CosineAnnealingWarmRestarts", {"T_0": 5})],
    [("CosineAnnealingWarmRestarts", {"T_0": 3, "T_mult": 2, "eta_min": 0.001})],
    [("MultiplicativeLR", {"lr_lambda": [0.95, 0.8]})],
    [("ConstantLR", {})],
    [("ConstantLR", {"factor": 0.25, "total_iters": 8})],
    [("LinearLR", {})],
    [("LinearLR", {"start_factor": 0.1, "end_factor": 0.8, "total_iters": 10})],
    [("PolynomialLR", {})],
    [("PolynomialLR", {"total_iters": 12, "power": 2.0})],
    [("OneCycleLR", {"max_lr": 0.5, "total_steps": 25})],
    [("OneCycleLR", {"max_lr": [0.5, 0.3], "epochs": 5, "steps_per_epoch": 6, "pct_start": 0.4, "anneal_strategy": "linear", "div_factor": 10, "final_div_factor": 100})],
    [("OneCycleLR", {"max_lr": 0.5, "total_steps": 26, "three_phase": True, "base_momentum": 0.7, "max_momentum": 0.9})],
    [("OneCycleLR", {"max_lr": 0.5, "total_steps": 30, "cycle_momentum": False})],
    [("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4})],
    [("CyclicLR", {"base_lr": 0.01, "max_lr": [0.1, 0.2], "step_size_up": 3, "step_size_down": 5, "mode": "triangular2", "base_momentum": 0.5, "max_momentum": 0.8})],
    [("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 5, "mode": "exp_range", "gamma": 0.9, "cycle_momentum": False})],
    [("SequentialLR", {"schedulers": [("LinearLR", {"total_iters": 4}), ("ExponentialLR", {"gamma": 0.9})], "milestones": [4]})],
    [("SequentialLR", {"schedulers": [("ConstantLR", {"factor": 0.1, "total_iters": 2}), ("CosineAnnealingLR", {"T_max": 8}), ("LambdaLR", {"lr_lambda": [0.9, 0.5]})], "milestones": [3, 11]})],
    [("ChainedScheduler", {"schedulers": [("ConstantLR", {"factor": 0.1, "total_iters": 3}), ("ExponentialLR", {"gamma": 0.9})]})],
    [("ExponentialLR", {"gamma": 0.9}), ("StepLR", {"step_size": 5, "gamma": 0.5})],
    [("ReduceLROnPlateau", {"patience": 2})],
    [("ReduceLROnPlateau", {"mode": "max", "factor": 0.5, "patience": 1, "cooldown": 2})],
    [("ReduceLROnPlateau", {"patience": 0, "threshold": 0.5, "threshold_mode": "abs", "min_lr": 0.002, "factor": 0.3})],
]
METRICS = [5.0, 4.0, 4.0, 3.5, 3.6, 3.7, 3.8, 3.4, 3.4, 3.4, 3.4, 3.4, 3.4, 3.4, 3.4, 2.0, 2.1, 2.2, 2.3, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]


def make_schedule(name, optimizer, options):
    if name in ("SequentialLR", "ChainedScheduler"):
        schedulers = [make_schedule(each, optimizer, given) for each, given in options["schedulers"]]
        if name == "ChainedScheduler":
            return lr_scheduler.ChainedScheduler(schedulers)
        return lr_scheduler.SequentialLR(optimizer, schedulers, options["milestones"])
    if "lr_lambda" in options:
        options = {"lr_lambda": [lambda epoch, base=base: base**epoch for base in options["lr_lambda"]]}
    return getattr(lr_scheduler, name)(optimizer, **options)


OUR_NAMES = {"T_max": "tMax", "T_0": "t0", "T_mult": "tMult"}
OUR_VALUES = {"exp_range": "expRange"}


def ours(options):
    """Options as we write them; schedules in schedules as name and options."""
    made = {}
    for key, value in options.items():
        if key == "schedulers":
            value = [{"schedule": name, "options": ours(given)} for name, given in value]
        made[OUR_NAMES.get(key, camel(key))] = OUR_VALUES.get(value, value) if isinstance(value, str) else value
    return made


def momenta(optimizer):
    return [g["momentum"] for g in optimizer.param_groups]


def schedules():
    cases = []
    for rows in SCHEDULES:
        params = [torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)]
        optimizer = optim.SGD([{"params": [params[0]]}, {"params": [params[1]], "lr": 0.02}], lr=0.1, momentum=0.9)
        made = [make_schedule(name, optimizer, options) for name, options in rows]
        rates = [[g["lr"] for g in optimizer.param_groups]]
        moments = [momenta(optimizer)]
        for metric in METRICS:
            optimizer.step()
            for schedule in made:
                schedule.step(metric) if isinstance(schedule, lr_scheduler.ReduceLROnPlateau) else schedule.step()
            rates.append([g["lr"] for g in optimizer.param_groups])
            moments.append(momenta(optimizer))
        named = [{"schedule": name, "options": ours(options)} for name, options in rows]
        cases.append({"schedules": named, "metrics": METRICS, "rates": rates, "momenta": moments})
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


def averages():
    """Weights averaged over ten updates, all alike and exponentially."""
    cases = []
    for decay in (None, 0.9):
        module = torch.nn.Linear(2, 1)
        function = None if decay is None else lambda average, p, _: decay * average + (1 - decay) * p
        averaged = torch.optim.swa_utils.AveragedModel(module, avg_fn=function)
        steps = []
        for step in range(STEPS):
            with torch.no_grad():
                module.weight.copy_(sample(1, 2, seed=step))
                module.bias.copy_(sample(1, seed=step + 50))
            averaged.update_parameters(module)
            steps.append({
                "weight": dump(module.weight), "bias": dump(module.bias),
                "averagedWeight": dump(averaged.module.weight), "averagedBias": dump(averaged.module.bias),
            })
        cases.append({"decay": decay, "steps": steps})
    write("optim-averages", cases)


def main():
    averages()
    optimizers()
    schedules()
    clipping()


if __name__ == "__main__":
    main()
