// Convolutions in groups of few filters, those with one a channel above all. The filters of neighbouring groups go side by side in vectors, and what they
// meet is laid out beside them: one copy of the planes for each channel of a group, whose pixels are vectors. So neither the stride, nor gaps, nor the
// shape of the planes leaves a part of a vector empty.
#pragma once
#include "gathered-convolution.h"
#include "tap-line.h"

namespace GB_ISA {

/** Lays planes side by side, one for each lane: pixel `p` of plane `i` goes to `to[places[p] + i]`. */
template <class T>
static void layAbreast(const T* const* planes, long pixels, const int* places, T* to) {
  const long lanes = Vector<T>::lanes, stretch = 64;
  for (long begin = 0; begin < pixels; begin += stretch) {
    long end = least(pixels, begin + stretch), i = 0;
    for (; i + 4 <= lanes; i += 4) {
      long p = begin;
      for (; p + 4 <= end; p += 4) {
        T* const vectors[4] = {to + places[p] + i, to + places[p + 1] + i, to + places[p + 2] + i, to + places[p + 3] + i};
        const T* const rows[4] = {planes[i] + p, planes[i + 1] + p, planes[i + 2] + p, planes[i + 3] + p};
        transpose4(rows, vectors);
      }
      for (; p < end; p++) for (long k = i; k < i + 4; k++) to[places[p] + k] = planes[k][p];
    }
    for (; i < lanes; i++) for (long p = begin; p < end; p++) to[places[p] + i] = planes[i][p];
  }
}

/** The numbers of a vector that lanes ask for. */
template <class T>
GB_INLINE typename Vector<T>::type picked(typename Vector<T>::type from, const typename IntegerOf<T>::type* lanes) {
  typedef typename IntegerOf<T>::type Indices __attribute__((vector_size(GB_BYTES)));
  typedef typename IntegerOf<T>::type Loose __attribute__((vector_size(GB_BYTES), aligned(sizeof(T)), may_alias));
  Indices indices = *reinterpret_cast<const Loose*>(lanes);
#ifdef __clang__
  typename Vector<T>::type result;
  for (int k = 0; k < Vector<T>::lanes; k++) result[k] = from[indices[k]];
  return result;
#else
  return __builtin_shuffle(from, indices);
#endif
}

/** The sizes of a convolution, or of its gradient by the input, which is one too. */
template <class T>
struct GroupedLayer {
  /** Channels of one group, of what is read and of what is made. */
  long batch, groups, sources, results;
  TapLine down, along;

  static const long lanes = Vector<T>::lanes;

  long sourcePlane() const { return down.sources * along.sources; }
  long resultPlane() const { return down.results * along.results; }
  /** Groups whose results lie in one vector; how many vectors that takes. */
  long abreast() const { return lanes / results; }
  long blocks() const { return (groups + abreast() - 1) / abreast(); }
  /** Results that lie in the vectors of a block. */
  long used(long block) const { return least(abreast(), groups - block * abreast()) * results; }

  long across() const { return along.extent(along.results); }
  /** Vectors of the copy of one channel, for strips of `height` rows of results; the last is for what nobody looks at. */
  long copy(long height) const { return down.extent(height) * across() + 1; }

  /** Rows of results that are made at once, so that their sources stay in the L2 cache. */
  long height() const {
    const long room = 160 * 1024;
    long rows = down.unit;
    while (rows < down.results && sources * copy(rows + down.unit) * lanes * long(sizeof(T)) <= room) rows += down.unit;
    long strips = (down.results + rows - 1) / rows, even = (down.results + strips - 1) / strips;
    return (even + down.unit - 1) / down.unit * down.unit;
  }
};

/** Planes of one channel that all meet the same filter, as averages do, are groups of one sample. */
static Geometry byGroups(Geometry g) {
  if (g.groups > 1 || g.channels > 1 || g.filters > 1) return g;
  g.groups = g.batch;
  g.batch = 1;
  return g;
}

/** Numbers from the filters of one group to those of the next: none if all are the same. */
static long filterStep(const Geometry& g, const Geometry& grouped) { return g.groups == grouped.groups ? g.filters * g.patch() : 0; }

/**
 * Whether groups of so many channels leave vectors half empty, and there are enough of them to fill one. Of planes that are read at a `stride`, rows by columns,
 * only a part is used each time: copies of them pay off for the smallest groups alone.
 */
template <class T>
static bool goAbreast(const Geometry& g, long sources, long results, long stride) {
  const long lanes = Vector<T>::lanes;
  if (g.groups == 1 || 2 * results > lanes || 2 * g.groups * results < lanes) return false;
  return sources == 1 || stride * results <= lanes;
}

/** Where things lie in a strip, in numbers: pixels of the source, results and what each is made of, phase by phase. */
template <class T>
struct GroupedPlaces {
  static const int mostPhases = 16;
  static const long lanes = Vector<T>::lanes;
  const GroupedLayer<T>& layer;
  long height, copy;
  /** Pixels of the source by rows, as if all rows of the strip were there. */
  int* pixels;
  /** Where a result's first source lies, and where it goes itself. */
  int *from, *to;
  int* taps;
  /** Phases of results that meet the same numbers of a filter. */
  long phases, firstTap[mostPhases + 1], firstResult[mostPhases + 1];

  explicit GroupedPlaces(const GroupedLayer<T>& of) : layer(of), height(of.height()), copy(of.copy(height)), phases(of.down.unit * of.along.unit) {
    const TapLine &down = layer.down, &along = layer.along;
    const long across = layer.across(), rows = down.extent(height), results = height * along.results;
    const long numbers = layer.sources * down.size * along.size;
    pixels = static_cast<int*>(sharedWorkspace(4, (rows * along.sources + 2 * results + numbers) * sizeof(int)));
    from = pixels + rows * along.sources;
    to = from + results;
    taps = to + results;
    for (long i = 0; i < rows; i++) {
      for (long j = 0; j < along.sources; j++) {
        long column = j - along.first;
        pixels[i * along.sources + j] = int((column >= 0 && column < across ? i * across + column : copy - 1) * lanes);
      }
    }
    firstTap[0] = firstResult[0] = 0;
    for (long phase = 0; phase < phases; phase++) {
      long r = phase / along.unit, s = phase % along.unit, tap = firstTap[phase], result = firstResult[phase];
      for (long c = 0; c < layer.sources; c++) {
        eachTap(phase, [&](long u, long v) {
          taps[tap++] = int((c * copy + down.offset(r, u) * across + along.offset(s, v)) * lanes);
        });
      }
      for (long i = r; i < height; i += down.unit) {
        for (long j = s; j < along.results; j += along.unit) {
          from[result] = int((i / down.unit * down.step * across + j / along.unit * along.step) * lanes);
          to[result++] = int((i * along.results + j) * lanes);
        }
      }
      firstTap[phase + 1] = tap;
      firstResult[phase + 1] = result;
    }
  }

  /** Numbers of a filter that results of a phase meet. */
  template <class Visit>
  void eachTap(long phase, const Visit& visit) const {
    long r = phase / layer.along.unit, s = phase % layer.along.unit;
    for (long u = 0; u < layer.down.size; u++) {
      for (long v = 0; v < layer.along.size; v++) {
        if (layer.down.offset(r, u) >= 0 && layer.along.offset(s, v) >= 0) visit(u, v);
      }
    }
  }

  long strips() const { return (layer.down.results + height - 1) / height; }
  long rowsOf(long strip) const { return least(height, layer.down.results - strip * height); }
  /** Results of a phase in a strip. */
  long resultsOf(long phase, long rows) const {
    long r = phase / layer.along.unit, s = phase % layer.along.unit;
    return layer.down.inPhase(r, rows) * layer.along.inPhase(s, layer.along.results);
  }
  long sourceNumbers() const { return layer.sources * copy * lanes; }

  /** Lays out what a strip of a block is made of. */
  void layOut(const T* x, long sample, long block, long strip, T* source) const {
    const long columns = layer.along.sources, sources = layer.sources, plane = layer.sourcePlane();
    long top = layer.down.first + strip * height / layer.down.unit * layer.down.step;
    long begin = greatest(0, top), end = least(layer.down.sources, top + layer.down.extent(rowsOf(strip)));
    // Copies are made of the first one, zeros included.
    bool copies = sources > 1 && sources <= layer.results;
    memset(source, 0, (copies && end > begin ? copy * lanes : sourceNumbers()) * sizeof(T));
    if (end <= begin) return;
    const T* first = x + ((sample * layer.groups + block * layer.abreast()) * sources) * plane + begin * columns;
    const T* planes[lanes];
    // Lanes without a channel or a group read what others do; what becomes of it is left out.
    long last = layer.used(block) - 1, count = (end - begin) * columns;
    const int* to = pixels + (begin - top) * columns;
    if (copies) {
      for (long i = 0; i < lanes; i++) planes[i] = first + least(i, last / layer.results * sources + sources - 1) * plane;
      layAbreast<T>(planes, count, to, source);
      for (long c = sources - 1; c >= 0; c--) {
        typename IntegerOf<T>::type channels[lanes];
        for (long i = 0; i < lanes; i++) channels[i] = least(i, last) / layer.results * sources + c;
        for (long p = 0; p < (copy - 1) * lanes; p += lanes) store(source + c * copy * lanes + p, picked<T>(load(source + p), channels));
      }
      return;
    }
    for (long c = 0; c < sources; c++) {
      for (long i = 0; i < lanes; i++) planes[i] = first + (least(i, last) / layer.results * sources + c) * plane;
      layAbreast<T>(planes, count, to, source + c * copy * lanes);
    }
  }
};

/** `made[to[i]] = Σ filters[t] · source[from[i] + taps[t]]` for P results. */
template <class T, int P>
struct MadeAbreast {
  static void run(long results, const T* source, const int* from, const int* taps, const T* filters, long count, T* made, const int* to) {
    if (results < P) return MadeAbreast<T, P - 1>::run(results, source, from, taps, filters, count, made, to);
    typename Vector<T>::type sums[P] = {};
    const T* at[P];
    for (int i = 0; i < P; i++) at[i] = source + from[i];
    for (long t = 0; t < count; t++) {
      typename Vector<T>::type filter = load(filters + t * Vector<T>::lanes);
      long tap = taps[t];
#pragma GCC unroll 8
      for (int i = 0; i < P; i++) sums[i] += filter * load(at[i] + tap);
    }
    for (int i = 0; i < P; i++) store(made + to[i], sums[i]);
  }
};

template <class T>
struct MadeAbreast<T, 0> {
  static void run(long, const T*, const int*, const int*, const T*, long, T*, const int*) {}
};

/** Makes all results; `number(group, result, source, u, v)` is that of a filter. */
template <class T, class Number>
static void correlateAbreast(const GroupedLayer<T>& layer, const T* x, const Number& number, T* y) {
  GroupedPlaces<T> places(layer);
  const long lanes = Vector<T>::lanes, taps = places.firstTap[places.phases], plane = layer.resultPlane();
  T* filters = static_cast<T*>(sharedWorkspace(2, layer.blocks() * taps * lanes * sizeof(T)));
  parallelRange(layer.blocks(), greatest(1, 1024 / greatest(1, taps)), [&](long begin, long end) {
    for (long block = begin; block < end; block++) {
      for (long i = 0; i < lanes; i++) {
        long lane = least(i, layer.used(block) - 1), group = block * layer.abreast() + lane / layer.results;
        T* to = filters + block * taps * lanes + i;
        for (long phase = 0; phase < places.phases; phase++) {
          for (long c = 0; c < layer.sources; c++) {
            places.eachTap(phase, [&](long u, long v) {
              *to = number(group, lane % layer.results, c, u, v);
              to += lanes;
            });
          }
        }
      }
    }
  });
  parallel(layer.batch * layer.blocks() * places.strips(), [&](long task) {
    long strip = task % places.strips(), block = task / places.strips() % layer.blocks(), sample = task / places.strips() / layer.blocks();
    long rows = places.rowsOf(strip);
    T* source = static_cast<T*>(workspace(3, places.sourceNumbers() * sizeof(T)));
    T* made = static_cast<T*>(workspace(2, places.height * layer.along.results * lanes * sizeof(T)));
    places.layOut(x, sample, block, strip, source);
    for (long phase = 0; phase < places.phases; phase++) {
      const int* from = places.from + places.firstResult[phase];
      const int* to = places.to + places.firstResult[phase];
      long first = places.firstTap[phase], count = places.firstTap[phase + 1] - first, results = places.resultsOf(phase, rows);
      for (long i = 0; i < results; i += 8) {
        MadeAbreast<T, 8>::run(results - i < 8 ? results - i : 8, source, from + i, places.taps + first,
                               filters + (block * taps + first) * lanes, count, made, to + i);
      }
    }
    T* out = y + (sample * layer.groups + block * layer.abreast()) * layer.results * plane + strip * places.height * layer.along.results;
    turn<T>(rows * layer.along.results, layer.used(block), made, lanes, out, plane);
  });
}

template <class T>
static void groupedForward(const Geometry& g, const Geometry& grouped, const T* x, const T* weight, T* y) {
  GroupedLayer<T> layer{grouped.batch, grouped.groups, g.channels, g.filters, TapLine::forward(g, 0), TapLine::forward(g, 1)};
  long step = filterStep(g, grouped);
  correlateAbreast<T>(layer, x, [&](long group, long filter, long channel, long u, long v) {
    return weight[group * step + ((filter * g.channels + channel) * g.height + u) * g.width + v];
  }, y);
}

/** Filters are multiplied by zeros around planes, which belong to no gradient: infinite ones would make NaN of them. */
template <class T>
static bool goBackAbreast(const Geometry& g, const Geometry& grouped, const T* weight) {
  bool fits = goAbreast<T>(grouped, g.filters, g.channels, 1) && g.stride[0] * g.stride[1] <= GroupedPlaces<T>::mostPhases;
  return fits && areFinite(weight, g.groups * g.filters * g.patch());
}

template <class T>
static void groupedInputGradient(const Geometry& g, const Geometry& grouped, const T* dy, const T* weight, T* dx) {
  GroupedLayer<T> layer{grouped.batch, grouped.groups, g.filters, g.channels, TapLine::back(g, 0), TapLine::back(g, 1)};
  long step = filterStep(g, grouped);
  correlateAbreast<T>(layer, dy, [&](long group, long channel, long filter, long u, long v) {
    return weight[group * step + ((filter * g.channels + channel) * g.height + u) * g.width + v];
  }, dx);
}

}  // namespace GB_ISA
