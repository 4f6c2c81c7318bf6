// Stochastic gradient descent of word2vec. Each example sees what the ones before it have moved, so one thread takes them in their order; what makes it
// quick is that a stretch of thousands is one call, and that vectors are added and multiplied as wide as the registers are.
#include "command.h"
#include "kernels.h"
#include "vectors.h"
#include "vmath.h"

namespace GB_ISA {
namespace {

/** The vectors that are learned, and places for what is worked on. */
template <class T>
struct Tables {
  T* input;
  T* output;
  long size, outputs;
  /** The mean of the inputs' vectors, and the loss's gradient by it. */
  T *hidden, *gradient;
  /** The scores of all outputs. */
  T* scores;
};

/** Puts the slope of a score into the gradient, and takes a step with the output's vector. */
template <class T>
GB_INLINE void learnOutput(const Tables<T>& tables, long row, T slope, T rate) {
  T* vector = tables.output + row * tables.size;
  addTo(tables.gradient, vector, slope, tables.size);
  addTo(vector, tables.hidden, -rate * slope, tables.size);
}

/** Answers by sigmoids, each on its own. */
template <class T>
double answerQuestions(const Tables<T>& tables, const int* rows, const unsigned char* labels, long count, T rate) {
  double loss = 0;
  for (long k = 0; k < count; k++) {
    T score = product(tables.hidden, tables.output + rows[k] * tables.size, tables.size);
    // How sure the right answer is: its chance is σ of that.
    T right = labels[k] ? score : -score;
    loss += (right < 0 ? -right : T(0)) + vsoftTail(right);
    T wrong = vsigmoid(-right);
    learnOutput(tables, rows[k], labels[k] ? -wrong : wrong, rate);
  }
  return loss;
}

/** Tells the target from all outputs by softmax. */
template <class T>
double chooseTarget(const Tables<T>& tables, long target, T rate) {
  T* scores = tables.scores;
  T top = -T(__builtin_inf());
  for (long o = 0; o < tables.outputs; o++) {
    scores[o] = product(tables.hidden, tables.output + o * tables.size, tables.size);
    top = scores[o] > top ? scores[o] : top;
  }
  double loss = top - scores[target], total = 0;
#pragma GCC ivdep
  for (long o = 0; o < tables.outputs; o++) scores[o] = vexp(scores[o] - top);
  for (long o = 0; o < tables.outputs; o++) total += scores[o];
  for (long o = 0; o < tables.outputs; o++) learnOutput(tables, o, T(scores[o] / total - (o == target ? 1 : 0)), rate);
  return loss + log(total);
}

template <class T>
void learn(Reader& read) {
  long count = read.integer();
  Tables<T> tables;
  tables.size = read.integer();
  tables.outputs = read.integer();
  tables.input = read.pointer<T>();
  tables.output = read.pointer<T>();
  const int* inputs = read.pointer<int>();
  const int* inputEnds = read.pointer<int>();
  const int* rows = read.pointer<int>();
  const int* rowEnds = read.pointer<int>();
  const unsigned char* labels = read.pointer<unsigned char>();
  const double* rates = read.pointer<double>();
  double* losses = read.pointer<double>();
  long size = tables.size;
  tables.hidden = static_cast<T*>(workspace(0, (2 * size + tables.outputs) * sizeof(T)));
  tables.gradient = tables.hidden + size;
  tables.scores = tables.gradient + size;
  for (long e = 0, i = 0, k = 0; e < count; e++) {
    long firstInput = i, inputEnd = inputEnds[e], rowEnd = rowEnds[e];
    T share = T(1) / T(inputEnd - firstInput), rate = T(rates[e]);
    for (long j = 0; j < size; j++) tables.hidden[j] = tables.gradient[j] = 0;
    for (; i < inputEnd; i++) addTo(tables.hidden, tables.input + inputs[i] * size, share, size);
    losses[e] = labels ? answerQuestions(tables, rows + k, labels + k, rowEnd - k, rate) : chooseTarget(tables, rows[k], rate);
    k = rowEnd;
    for (long j = firstInput; j < inputEnd; j++) addTo(tables.input + inputs[j] * size, tables.gradient, -rate * share, size);
  }
}

}  // namespace

/**
 * Type, count of examples, size of a vector, count of outputs, then addresses: of the inputs' and outputs' vectors, the rows of inputs and their ends,
 * the rows of outputs and their ends, the answers (0 for softmax), the rates and the losses.
 */
void learnWords(const double* command) {
  Reader read(command);
  if (read.integer() == Float32) learn<float>(read);
  else learn<double>(read);
}

}  // namespace GB_ISA
