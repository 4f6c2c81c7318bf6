/** Looking into models: what PyTorch gives by hand, ours gives by one call. */
import { describe, expect, test } from "@jest/globals";
import { models, nn, noGrad, rand, type Tensor, vision } from "../../../lib/index.ts";
import { type Dumped, expectClose, load, reference } from "../reference.ts";

interface Explained {
  readonly x: Dumped;
  readonly weights: readonly Dumped[];
  readonly target: number;
  readonly saliency: Dumped;
  readonly gradCam: Dumped;
  readonly occlusion: Dumped;
  readonly channel: number;
  readonly deconvolution: Dumped;
}
const { explanations: wanted } = reference<{ explanations: Explained }>("vision");

/** The reference's net. */
class Net extends nn.Module {
  readonly features = new nn.Sequential(
    new nn.Conv2d(2, 3, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.MaxPool2d(3, { stride: 2, padding: 1 }),
    new nn.Conv2d(3, 4, 3, { stride: 2, padding: 1 }),
    new nn.ReLU(),
  );
  readonly head = new nn.Linear(4, 5, { bias: false });
  forward(x: Tensor): Tensor {
    return this.head(this.features(x).mean({ dim: [2, 3] }));
  }
}
const net = new Net().double();
noGrad(() => {
  net.parameters().forEach((p, i) => {
    p.copy_(load(wanted.weights[i]!, "float64"));
  });
});
const image = load(wanted.x, "float64").select(0, 0);
const { target } = wanted;

describe("explanations", () => {
  test("by saliency are the greatest slope over the channels", () => {
    expectClose("saliency", vision.saliencyMap(net, image, { target }), wanted.saliency, 1e-12);
  });

  test("by Grad-CAM weigh maps by the mean slope, rectified and enlarged", () => {
    const map = vision.gradCam(net, image, { layer: net.features.at(3)!, target });
    expectClose("Grad-CAM", map, wanted.gradCam, 1e-12);
  });

  test("by occlusion are what of the probability is lost", () => {
    const map = vision.occlusionMap(net, image, { target, size: 3, stride: 2, fill: 0.5 });
    // Covered pictures are float32.
    expectClose("occlusion", map, wanted.occlusion, 1e-6);
  });

  test("by deconvolution go back through switches, transposed filters and ReLU", () => {
    const view = vision.deconvolution(net.features, image, { channel: wanted.channel });
    expectClose("deconvolution", view, wanted.deconvolution, 1e-6);
  });

  test("take the class that the model takes the picture for, if none is given, and leave its mode as it was", () => {
    const best = noGrad(() => net(image.unsqueeze(0)))
      .argmax()
      .item();
    expect(vision.saliencyMap(net, image).toArray()).toEqual(
      vision.saliencyMap(net, image, { target: best }).toArray(),
    );
    net.train();
    vision.occlusionMap(net, image);
    vision.featureMaps(net, image);
    expect([net.training, net.features.training]).toEqual([true, true]);
    expect(net.parameters().every((p) => p.grad === null)).toBe(true);
  });

  test("show the feature maps of all filters by path, or of the layers that are asked for", () => {
    const maps = vision.featureMaps(net, image);
    expect([...maps].map(([path, { shape }]) => [path, [...shape]])).toEqual([
      ["features.0", [3, 8, 8]],
      ["features.3", [4, 2, 2]],
    ]);
    const relu = net.features.at(1)!;
    const [[path, rectified]] = [...vision.featureMaps(net, image, { layers: [relu] })] as [[string, Tensor]];
    expect(path).toBe("features.1");
    expect(rectified.toArray()).toEqual(maps.get("features.0")!.relu().toArray());
  });

  test("by deconvolution go through ZFNet, whose normalization they pass by", () => {
    const zfnet = new models.ZFNet({ small: true, inChannels: 1, width: 12, hidden: 8, numClasses: 2 });
    const view = vision.deconvolution(zfnet.features, rand([1, 28, 28]), { layer: 9 });
    expect(view.shape).toEqual([1, 28, 28]);
    expect(view.abs().amax().item()).toBeGreaterThan(0);
  });

  test.each<[string, () => unknown]>([
    ["Cannot take the saliency of [1,2,8,8]: give one picture", () => vision.saliencyMap(net, image.unsqueeze(0))],
    ["Cannot explain class 5: there are 5", () => vision.saliencyMap(net, image, { target: 5 })],
    ["Cannot explain outputs of shape [1,4,2,2]", () => vision.saliencyMap(net.features, image)],
    ["Cannot weigh the maps of Linear: it gave shape [1,5]", () => vision.gradCam(net, image, { layer: net.head })],
    ["Cannot weigh the maps of ReLU: it gave nothing", () => vision.gradCam(net, image, { layer: new nn.ReLU() })],
    ["Cannot cover a picture with size 0", () => vision.occlusionMap(net, image, { size: 0 })],
    ["Cannot look at layer 5: there are 5", () => vision.deconvolution(net.features, image, { layer: 5 })],
    ["Cannot look at channel 4: there are 4", () => vision.deconvolution(net.features, image, { channel: 4 })],
  ])("throw: %s", (text, broken) => {
    expect(broken).toThrow(text);
  });
});
