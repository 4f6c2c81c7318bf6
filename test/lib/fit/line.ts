/** The smallest training there is, which most tests of `fit` share: a line through four points. */
import { type FitOptions, fit, nn, noGrad, optim, tensor } from "../../../lib/index.ts";

/** y = 2 x + 1, exactly. */
export const line = { x: tensor([[-1], [0], [1], [2]]), y: tensor([[-1], [1], [3], [5]]) };

/** A line that starts flat. */
export function straight(): nn.Linear {
  const model = new nn.Linear(1, 1);
  noGrad(() => {
    model.weight.fill_(0);
    model.bias!.fill_(0);
  });
  return model;
}

/** Trains it for ten steps, unless told otherwise. */
export const train = (options: Partial<FitOptions> = {}, model = straight()) => {
  const optimizer = options.optimizer ?? new optim.SGD(model.parameters(), { lr: 0.1 });
  return { model, history: fit(model, line, { steps: 10, ...options, optimizer }) };
};
