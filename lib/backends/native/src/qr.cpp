// The QR decomposition of matrices with at least as many rows as columns.
#include "reflections.h"

namespace GB_ISA {

/** count of matrices, rows, columns, columns of Q; A, Q and R (address and step each). */
void qr(const double* command) {
  Reader read(command);
  long count = read.integer(), rows = read.integer(), columns = read.integer(), width = read.integer();
  Batch a(read), q(read), r(read);
  Places whole;
  struct Work {
    double *factor, *vectors, *scales, *block;
  };
  auto lay = [&](Places& places) {
    return Work{places.take(rows * columns), places.take(rows * columns), places.take(columns),
                places.take(blockPlaces(width))};
  };
  lay(whole);
  eachMatrix(count, double(rows) * columns, whole.bytes(), [&](long i, double* at, bool spread) {
    Places places(at);
    Work work = lay(places);
    memcpy(work.factor, a[i], rows * columns * sizeof(double));
    Reflections all{work.vectors, work.scales, rows, rows, columns, 0};
    triangularize(work.factor, columns, columns, all, work.block, spread);
    double* to = r[i];
    for (long row = 0; row < width; row++) {
      for (long j = 0; j < columns; j++) to[row * columns + j] = j < row ? 0 : work.factor[row * columns + j];
    }
    formProduct(all, q[i], width, width, work.block, spread);
  });
}

}  // namespace GB_ISA
