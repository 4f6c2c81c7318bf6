// Where the greatest or the least of a line is.
#include "command.h"
#include "isa.h"
#include "kernels.h"
#include "lines.h"
#include "pool.h"

namespace GB_ISA {
namespace {

/** Whole numbers in the order of the numbers of a vector, both zeros alike and every NaN above all: no comparison has to ask for NaN then. */
template <class T>
struct Keys {
  typedef typename IntegerOf<T>::type One;
  typedef One type __attribute__((vector_size(GB_BYTES)));
  typedef One loose __attribute__((vector_size(GB_BYTES), aligned(sizeof(One)), may_alias));
  static const int lanes = Vector<T>::lanes;
  static constexpr One most = One(~(1ull << (8 * sizeof(One) - 1)));

  /** By the sign −1 in the reverse order, with NaN above all too. */
  static GB_INLINE_MEMBER type of(typename Vector<T>::type x, T sign) {
    // A zero that is added makes both zeros one.
    x = x * sign + T(0);
    type bits = reinterpret_cast<type>(x);
    bits ^= (bits >> (8 * sizeof(One) - 1)) & most;
    type isNumber = x == x;
    return (bits & isNumber) | (~isNumber & most);
  }

  static GB_INLINE_MEMBER type all(One value) { return type{} + value; }

  /** 0, 1, 2, … */
  static GB_INLINE_MEMBER type places() {
    One numbers[lanes];
    for (int l = 0; l < lanes; l++) numbers[l] = l;
    return *reinterpret_cast<loose*>(numbers);
  }

  /** The greatest, or by the sign −1 the least, of a vector. */
  static GB_INLINE_MEMBER One extreme(type v, One sign) {
    One numbers[lanes];
    *reinterpret_cast<loose*>(numbers) = sign * v;
    for (int half = lanes / 2; half > 0; half /= 2) {
      for (int l = 0; l < half; l++) numbers[l] = numbers[l] > numbers[l + half] ? numbers[l] : numbers[l + half];
    }
    return sign * numbers[0];
  }
};

/** Of neighbouring elements, a vector of them at least: first what the greatest is, then the first place that has it. The last vector may overlap others. */
template <class T>
long placeOfExtreme(const T* x, long n, T sign) {
  typedef Keys<T> K;
  const int lanes = K::lanes;
  typename K::type even = K::of(load(x), sign), odd = K::of(load(x + n - lanes), sign);
  long i = lanes;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    typename K::type one = K::of(load(x + i), sign), other = K::of(load(x + i + lanes), sign);
    even = one > even ? one : even;
    odd = other > odd ? other : odd;
  }
  if (i + lanes <= n) {
    typename K::type one = K::of(load(x + i), sign);
    even = one > even ? one : even;
  }
  typename K::type top = K::all(K::extreme(even > odd ? even : odd, 1));
  // Long lines a stretch at a time, until one has it.
  const long stretch = 1024;
  for (long from = 0;; from += stretch) {
    long end = least(n, from + stretch);
    if (end - from < lanes) from = end - lanes;
    typename K::type first = K::all(K::most), here = K::places();
    for (i = from; i + lanes <= end; i += lanes, here += lanes) {
      typename K::type found = K::of(load(x + i), sign) == top;
      typename K::type place = (here & found) | (~found & K::most);
      first = place < first ? place : first;
    }
    if (i < end) {
      typename K::type found = K::of(load(x + end - lanes), sign) == top;
      here = K::places() + typename K::One(end - lanes - from);
      typename K::type place = (here & found) | (~found & K::most);
      first = place < first ? place : first;
    }
    typename K::One place = K::extreme(first, -1);
    if (place < K::most) return from + place;
  }
}

/** The same for a vector of neighbouring lines, whose elements are `step` apart. */
template <class T>
void placesOfExtremes(const T* x, long n, long step, T sign, int* out) {
  typedef Keys<T> K;
  typename K::type top = K::of(load(x), sign), place = {};
  for (long i = 1; i < n; i++) {
    typename K::type next = K::of(load(x + i * step), sign);
    typename K::type better = next > top;
    top = better ? next : top;
    place = (place & ~better) | (typename K::One(i) & better);
  }
  for (int l = 0; l < K::lanes; l++) out[l] = int(place[l]);
}

template <class T>
long placeInFew(const T* x, long n, long step, bool greatestWanted) {
  long best = 0;
  T value = x[0];
  // The first NaN beats everything.
  for (long i = 1; i < n && value == value; i++) {
    T next = x[i * step];
    if ((greatestWanted ? next > value : next < value) || next != next) {
      best = i;
      value = next;
    }
  }
  return best;
}

template <class T>
void argReduceAs(const Lines& lines, const T* x, bool greatestWanted, int* out) {
  const long lanes = Keys<T>::lanes, count = lines.count, after = lines.after;
  T sign = T(greatestWanted ? 1 : -1);
  if (after >= lanes && lines.isPacked()) {
    long blocks = after / lanes;
    parallelRange(lines.lines / after * blocks, greatest(1, 16384 / (count * lanes)), [&](long from, long to) {
      for (long task = from; task < to; task++) {
        long plane = task / blocks, block = task % blocks;
        const T* at = x + plane * count * after;
        int* target = out + plane * after;
        placesOfExtremes(at + block * lanes, count, after, sign, target + block * lanes);
        // Of what is left at the end some lines are looked through twice, by the same thread.
        if (block < blocks - 1 || after % lanes == 0) continue;
        placesOfExtremes(at + after - lanes, count, after, sign, target + after - lanes);
      }
    });
    return;
  }
  parallelRange(lines.lines, greatest(1, 16384 / greatest(count, 1)), [&](long from, long to) {
    for (long line = from; line < to; line++) {
      const T* at = x + lines.start(line);
      bool isWide = lines.step == 1 && count >= lanes;
      out[line] = int(isWide ? placeOfExtreme(at, count, sign) : placeInFew(at, count, lines.step, greatestWanted));
    }
  });
}

}  // namespace

/** Type, whether the greatest is wanted, addresses of input and output, then the lines. */
void argReduce(const double* command) {
  Reader read(command);
  int type = int(read.integer());
  bool greatestWanted = read.integer() != 0;
  char* x = read.pointer<char>();
  int* out = read.pointer<int>();
  Lines lines;
  lines.read(read);
  if (type == Float32) argReduceAs(lines, reinterpret_cast<float*>(x), greatestWanted, out);
  else argReduceAs(lines, reinterpret_cast<double*>(x), greatestWanted, out);
}

}  // namespace GB_ISA
