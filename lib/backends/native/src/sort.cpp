#include <algorithm>
#include <numeric>

#include "kernels.h"

void sortOrder(const double* values, int* order, long count, bool descending) {
  std::iota(order, order + count, 0);
  // NaN counts as greater than any number, and equals keep their order.
  auto less = [values](int i, int j) {
    double a = values[i], b = values[j];
    return a < b || (a == a && b != b);
  };
  if (descending) std::stable_sort(order, order + count, [&](int i, int j) { return less(j, i); });
  else std::stable_sort(order, order + count, less);
}
