/** A small net with every kind of field, and how tests read lists of names. */
import { F, nn, type Tensor } from "../../../lib/index.ts";

export class MLP extends nn.Module {
  hidden = new nn.Linear(2, 3);
  output = new nn.Linear(3, 1);
  scale = new nn.Parameter([2]);
  seen = new nn.Buffer([0]);
  forward(x: Tensor): Tensor {
    return this.output(F.tanh(this.hidden(x))).mul(this.scale);
  }
}

export const names = (pairs: readonly (readonly [string, unknown])[]) => pairs.map(([name]) => name);
