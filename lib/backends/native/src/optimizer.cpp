// Steps of optimizers: parameter, gradient and what is remembered of it go through the caches once, however many terms the rule has.
#include "command.h"
#include "kernels.h"
#include "pool.h"
#include "vmath.h"

namespace GB_ISA {
namespace {

/** In the order of `moveRules` in ops.ts. */
enum Rule { Sgd, Adam, RmsProp };

template <class T>
struct Move {
  T* p;
  const T* g;
  T* states[3];
  /** +1 to descend, −1 to climb; what of the weight is added to the gradient; what of it is kept at once. */
  T sign, decay, keep;
  double numbers[5];

  /** The gradient as the rule sees it. */
  GB_INLINE T gradient(const Move& m, long i) { return m.sign * m.g[i] + m.decay * m.p[i]; }
};

/** Numbers: rate, momentum, share of the gradient in the momentum, whether to look ahead. */
template <class T, bool Momentum>
void sgd(const Move<T>& m, long from, long to) {
  T rate = T(m.numbers[0]), momentum = T(m.numbers[1]), share = T(m.numbers[2]);
  bool ahead = m.numbers[3] != 0;
  // What is moved: by the gradient itself and by the running sum.
  T byGradient = ahead ? rate : T(0), bySum = ahead ? rate * momentum : rate;
  T* p = m.p;
  T* v = m.states[0];
#pragma GCC ivdep
  for (long i = from; i < to; i++) {
    T g = Move<T>::gradient(m, i);
    if (Momentum) {
      T next = momentum * v[i] + share * g;
      v[i] = next;
      p[i] = p[i] * m.keep - (byGradient * g + bySum * next);
    } else {
      p[i] = p[i] * m.keep - rate * g;
    }
  }
}

/** Numbers: rate, correction of the root, epsilon, both betas. */
template <class T, bool Greatest>
void adam(const Move<T>& move, long from, long to) {
  T rate = T(move.numbers[0]), correction = T(1 / move.numbers[1]), epsilon = T(move.numbers[2]);
  T beta1 = T(move.numbers[3]), beta2 = T(move.numbers[4]);
  T new1 = T(1 - move.numbers[3]), new2 = T(1 - move.numbers[4]);
  T* p = move.p;
  T *m = move.states[0], *v = move.states[1], *top = move.states[2];
#pragma GCC ivdep
  for (long i = from; i < to; i++) {
    T g = Move<T>::gradient(move, i);
    T mean = beta1 * m[i] + new1 * g;
    T square = beta2 * v[i] + new2 * g * g;
    m[i] = mean;
    v[i] = square;
    if (Greatest) {
      square = top[i] > square || top[i] != top[i] ? top[i] : square;
      top[i] = square;
    }
    p[i] = p[i] * move.keep - rate * mean / (T(__builtin_sqrt(square)) * correction + epsilon);
  }
}

/** Numbers: rate, share that is kept, epsilon, momentum. */
template <class T, bool Centered, bool Momentum>
void rmsProp(const Move<T>& m, long from, long to) {
  T rate = T(m.numbers[0]), alpha = T(m.numbers[1]), epsilon = T(m.numbers[2]), momentum = T(m.numbers[3]);
  T fresh = T(1 - m.numbers[1]);
  T* p = m.p;
  T *s = m.states[0], *mean = m.states[1], *buffer = m.states[2];
#pragma GCC ivdep
  for (long i = from; i < to; i++) {
    T g = Move<T>::gradient(m, i);
    T square = alpha * s[i] + fresh * g * g;
    s[i] = square;
    if (Centered) {
      T average = alpha * mean[i] + fresh * g;
      mean[i] = average;
      square -= average * average;
    }
    T move = g / (T(__builtin_sqrt(square)) + epsilon);
    if (Momentum) {
      move = momentum * buffer[i] + move;
      buffer[i] = move;
    }
    p[i] = p[i] * m.keep - rate * move;
  }
}

/** The numbers that all parameters of a step share. */
struct Step {
  int rule;
  double sign, decay, keep;
  double numbers[5];
};

/** One parameter of a step. */
struct Target {
  int type;
  long size;
  char *p, *g;
  char* states[3];
};

/** As in optimizer.ts. */
const int mostTargets = 32;

template <class T>
void moveRange(const Step& step, const Target& target, long from, long to) {
  Move<T> m;
  m.p = reinterpret_cast<T*>(target.p);
  m.g = reinterpret_cast<const T*>(target.g);
  for (int i = 0; i < 3; i++) m.states[i] = reinterpret_cast<T*>(target.states[i]);
  m.sign = T(step.sign);
  m.decay = T(step.decay);
  m.keep = T(step.keep);
  for (int i = 0; i < 5; i++) m.numbers[i] = step.numbers[i];
  typedef void (*Loop)(const Move<T>&, long, long);
  Loop loop;
  if (step.rule == Sgd) loop = m.states[0] ? sgd<T, true> : sgd<T, false>;
  else if (step.rule == Adam) loop = m.states[2] ? adam<T, true> : adam<T, false>;
  else if (m.states[1]) loop = m.states[2] ? rmsProp<T, true, true> : rmsProp<T, true, false>;
  else loop = m.states[2] ? rmsProp<T, false, true> : rmsProp<T, false, false>;
  loop(m, from, to);
}

}  // namespace

/**
 * Rule, sign, decay, what is kept, five numbers of the rule, and how many parameters; for each of these type, count, and addresses of parameter, gradient
 * and three states (0 for none).
 */
void move(const double* command) {
  Reader read(command);
  Step step;
  step.rule = int(read.integer());
  step.sign = read.number();
  step.decay = read.number();
  step.keep = read.number();
  for (double& number : step.numbers) number = read.number();
  int count = int(read.integer());
  Target targets[mostTargets];
  long total = 0;
  for (int i = 0; i < count; i++) {
    Target& target = targets[i];
    target.type = int(read.integer());
    target.size = read.integer();
    target.p = read.pointer<char>();
    target.g = read.pointer<char>();
    for (char*& state : target.states) state = read.pointer<char>();
    total += target.size;
  }
  // As if all lay one after another, so that threads share many small ones, too.
  parallelRange(total, 16384, [&](long from, long to) {
    long first = 0;
    for (int i = 0; i < count && first < to; i++) {
      const Target& target = targets[i];
      long begin = from > first ? from - first : 0;
      long end = to - first < target.size ? to - first : target.size;
      if (begin < end) {
        if (target.type == Float32) moveRange<float>(step, target, begin, end);
        else moveRange<double>(step, target, begin, end);
      }
      first += target.size;
    }
  });
}

}  // namespace GB_ISA
