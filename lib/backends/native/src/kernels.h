// The kernels of one instruction set. Each is compiled once a set, into a namespace of its own, from the same source.
#pragma once

/** Takes its arguments from the command buffer. */
typedef void (*Kernel)(const double* command);

/** In the order in which `kernels.ts` numbers them. */
enum KernelId {
  ElementwiseKernel,
  ReduceKernel,
  SoftmaxKernel,
  MatmulKernel,
  ArgReduceKernel,
  ScanKernel,
  GatherKernel,
  ScatterAddKernel,
  ArgsortKernel,
  ConvKernel,
  ConvInputKernel,
  ConvWeightKernel,
  MaxPoolKernel,
  MoveKernel,
  NormalizeKernel,
  NormalizeBackwardKernel,
  SoftmaxBackwardKernel,
  CrossEntropyKernel,
  CrossEntropyBackwardKernel,
  RecurKernel,
  RecurBackwardKernel,
  AttentionKernel,
  AttentionBackwardKernel,
  DrawKernel,
  LearnWordsKernel,
  ChainKernel,
  LUKernel,
  CholeskyKernel,
  SolveTriangleKernel,
  QRKernel,
  EighKernel,
  SvdKernel,
  ElementLossKernel,
  ElementLossBackwardKernel,
  BoundsKernel,
  CopyKernel,
  CatKernel,
  KernelCount
};

struct KernelTable {
  const char* name;
  /** How many unary ops, binary ops and folds there are: TypeScript must count as many. */
  int (*unaryOps)();
  int (*binaryOps)();
  int (*folds)();
  Kernel kernels[KernelCount];
};

/** Raised by a kernel that cannot get its workspace; carries what was asked. */
struct OutOfMemory {
  unsigned long long bytes;
};

/** A buffer of the calling thread that lasts until the thread asks for the same slot again. */
void* workspace(int slot, unsigned long long bytes);

/** A buffer that all threads see; only the caller of a job may ask for it. */
void* sharedWorkspace(int slot, unsigned long long bytes);

/** How many bytes the workspaces of all threads have. */
long long workspaceBytes();
