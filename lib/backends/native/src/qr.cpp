// The QR decomposition of matrices with at least as many rows as columns.
#include "reflections.h"

namespace GB_ISA {
namespace {

/** `columns` are the matrix's, `width` those of Q. */
struct Size {
  long rows, columns, width;
};

struct Work {
  double *factor, *vectors, *scales, *block;

  void lay(Places& places, const Size& size) {
    factor = places.take(size.rows * size.columns);
    vectors = places.take(size.rows * size.columns);
    scales = places.take(size.columns);
    block = places.take(blockPlaces(size.width));
  }
};

enum Part { Start, Triangle, Product };

/** Goes on with a decomposition; false if the allowance is used up before the end. */
bool goOn(const Work& work, const Size& size, const double* a, double* q, double* r, Progress& now, Allowance& allowance, bool spread) {
  long rows = size.rows, columns = size.columns, width = size.width, place = long(now.place);
  Reflections all{work.vectors, work.scales, rows, rows, columns, 0};
  if (now.part == Start) {
    memcpy(work.factor, a, rows * columns * sizeof(double));
    now.part = Triangle;
  }
  if (now.part == Triangle) {
    now.place = place = triangularize(work.factor, columns, columns, all, place, work.block, allowance, spread);
    if (place < columns) return false;
    for (long row = 0; row < width; row++) {
      for (long j = 0; j < columns; j++) r[row * columns + j] = j < row ? 0 : work.factor[row * columns + j];
    }
    beginProduct(all, q, width, width);
    place = lastBlock(all);
    now.part = Product;
  }
  now.place = place = formProduct(all, place, q, width, width, work.block, allowance, spread);
  return place < 0;
}

}  // namespace

/** count of matrices, rows, columns, columns of Q; A, Q and R (address and step each); then as `Continued`, with one matrix if there is a progress. */
void qr(const double* command) {
  Reader read(command);
  long count = read.integer();
  Size size;
  size.rows = read.integer();
  size.columns = read.integer();
  size.width = read.integer();
  Batch a(read), q(read), r(read);
  Continued how(read);
  Places whole;
  Work layout;
  layout.lay(whole, size);
  auto one = [&](long i, double* at, Progress& now, double most, bool spread) {
    Places places(at);
    Work work;
    work.lay(places, size);
    Allowance allowance(most);
    return goOn(work, size, a[i], q[i], r[i], now, allowance, spread);
  };
  if (how.progress) {
    how.ask(whole);
    if (how.places) how.progress->done = one(0, how.places, *how.progress, how.most, true);
    return;
  }
  eachMatrix(count, double(size.rows) * size.columns, whole.bytes(), [&](long i, double* at, bool spread) {
    Progress now{};
    one(i, at, now, __builtin_inf(), spread);
  });
}

}  // namespace GB_ISA
