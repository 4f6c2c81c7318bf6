// Chains of elementwise ops in one pass: what lies between two of them stays in the cache, and only what is asked for is written to memory.
#include "command.h"
#include "elementwise.h"
#include "kernels.h"
#include "pool.h"

namespace GB_ISA {
namespace {

const long block = 1024;
const int mostInputs = 20;
const int mostSteps = 16;

/** A source of numbers: an array, or one number for all. */
struct Input {
  const float* at;
  float value;
};

/** Operands are inputs, from 0 on, then the results of the steps before, from `inputs` on. */
struct Step {
  Op<float> op;
  int a, b;
  /** Where the result goes, and the block that it has if it goes nowhere. */
  float* out;
  int slot;
};

struct Chain {
  int inputs, steps;
  Input input[mostInputs];
  Step step[mostSteps];

  void run(long from, long to) const {
    float slots[mostSteps][block] __attribute__((aligned(64)));
    float constants[mostInputs][block] __attribute__((aligned(64)));
    for (int i = 0; i < inputs; i++) {
      if (input[i].at == nullptr) for (long k = 0; k < block; k++) constants[i][k] = input[i].value;
    }
    const float* operand[mostInputs + mostSteps];
    for (long start = from; start < to; start += block) {
      long n = least(block, to - start);
      for (int i = 0; i < inputs; i++) operand[i] = input[i].at == nullptr ? constants[i] : input[i].at + start;
      for (int s = 0; s < steps; s++) {
        const Step& now = step[s];
        float* out = now.out == nullptr ? slots[now.slot] : now.out + start;
        now.op.loop(n, out, operand[now.a], operand[now.b], nullptr);
        operand[inputs + s] = out;
      }
    }
  }
};

}  // namespace

/**
 * Count of numbers; count of inputs, of each its address, or 0, and its value; count of steps, of each the count of its operands, the op, the operands,
 * where its result goes, or 0, and its block.
 */
void chain(const double* command) {
  Reader read(command);
  Chain chain;
  long count = read.integer();
  chain.inputs = int(read.integer());
  for (int i = 0; i < chain.inputs; i++) {
    chain.input[i].at = read.pointer<const float>();
    chain.input[i].value = float(read.number());
  }
  chain.steps = int(read.integer());
  long cost = 0;
  for (int s = 0; s < chain.steps; s++) {
    Step& step = chain.step[s];
    int arity = int(read.integer());
    step.op = floatOp(arity, read.integer());
    step.a = int(read.integer());
    step.b = int(read.integer());
    step.out = read.pointer<float>();
    step.slot = int(read.integer());
    cost += step.op.cost;
  }
  parallelRange(count, stretchOf(count, cost), [&](long from, long to) { chain.run(from, to); });
}

}  // namespace GB_ISA
