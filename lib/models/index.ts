/** Nets that made history, at their published size and small: what `models` holds. */
export { AlexNet, type AlexNetOptions } from "./alexnet.ts";
export { type AttentionMap, attentionMaps } from "./attention-maps.ts";
export { GoogLeNet, type GoogLeNetOptions, type GoogLeNetOutputs } from "./googlenet.ts";
export { GPT, type GPTOptions, type KeyValueCache } from "./gpt.ts";
export { type Branches, type GoogLeNetForm, Inception } from "./inception.ts";
export { LeNet, type LeNetOptions } from "./lenet.ts";
export { ProfessorDiscriminator } from "./professor-forcing.ts";
export {
  detachState,
  RecurrentLanguageModel,
  type RecurrentLanguageModelOptions,
  type RecurrentState,
} from "./recurrent-language-model.ts";
export { BasicBlock, type BlockShape, Bottleneck, type Shortcut } from "./residual-blocks.ts";
export {
  plain18,
  plain34,
  ResNet,
  type ResNetOptions,
  type ResNetPlan,
  resnet18,
  resnet34,
  resnet50,
  resnet101,
  resnet152,
} from "./resnet.ts";
export { type RolloutOptions, rollout, teacherDecay } from "./rollout.ts";
export { type Encoded, Seq2Seq, type Seq2SeqOptions } from "./seq2seq.ts";
export { plain20, resnet20, SmallResNet } from "./small-resnet.ts";
export type { ModelOptions } from "./start.ts";
export { TextCNN, type TextCNNOptions } from "./text-cnn.ts";
export { TransformerTranslator, type TranslatorOptions } from "./translator.ts";
export { VGG, type VGGOptions, vgg11, vgg13, vgg16, vgg19 } from "./vgg.ts";
export { ZFNet, type ZFNetOptions } from "./zfnet.ts";
