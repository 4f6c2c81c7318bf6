// Matrices brought to a size at which squares of elements neither overflow nor vanish.
#pragma once
#include <math.h>
#include <string.h>

#include "gemm.h"

namespace GB_ISA {

/** Copies a matrix, its rows filled up with zeros, divided by a power of two that brings its greatest element near 1. Returns what it was divided by. */
static double copyScaled(Matrix<double> from, long rows, long columns, double* to, long toRow) {
  double top = 0;
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < columns; j++) {
      double x = fabs(from.at[i * from.row + j * from.column]);
      top = x > top ? x : top;
    }
  }
  int exponent = 0;
  if (top > 0 && top < __builtin_inf()) frexp(top, &exponent);
  // The factor itself must be a number, whatever the matrix is.
  exponent = exponent < -1000 ? -1000 : exponent;
  double scale = ldexp(1.0, exponent > 1000 ? 1000 : exponent), factor = 1 / scale;
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < columns; j++) to[i * toRow + j] = factor * from.at[i * from.row + j * from.column];
    for (long j = columns; j < toRow; j++) to[i * toRow + j] = 0;
  }
  return scale;
}

}  // namespace GB_ISA
