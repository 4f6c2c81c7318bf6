// What differs between instruction sets. The build compiles each kernel file several times and defines GB_ISA, the namespace and name of the set.
// Nothing of the standard library is used in these files: an inline function of it, compiled for AVX-512, could replace the one that an older
// machine needs.
#pragma once

#ifndef GB_ISA
#define GB_ISA baseline
#endif

#if defined(__AVX512F__)
#define GB_BYTES 64
#define GB_ROWS 12
#elif defined(__AVX2__)
#define GB_BYTES 32
#define GB_ROWS 6
#elif defined(__aarch64__)
#define GB_BYTES 16
#define GB_ROWS 12
#else
#define GB_BYTES 16
#define GB_ROWS 6
#endif

#define GB_INLINE static inline __attribute__((always_inline))
#define GB_INLINE_MEMBER inline __attribute__((always_inline))

namespace GB_ISA {

/** Vectors as wide as the machine's registers: `type` in registers, `loose` at any address. */
template <class T>
struct Vector;

template <>
struct Vector<float> {
  typedef float type __attribute__((vector_size(GB_BYTES)));
  typedef float loose __attribute__((vector_size(GB_BYTES), aligned(4), may_alias));
  static const int lanes = GB_BYTES / 4;
};

template <>
struct Vector<double> {
  typedef double type __attribute__((vector_size(GB_BYTES)));
  typedef double loose __attribute__((vector_size(GB_BYTES), aligned(8), may_alias));
  static const int lanes = GB_BYTES / 8;
};

/** The whole numbers as wide as T: what shuffles are described by. */
template <class T>
struct IntegerOf;
template <>
struct IntegerOf<float> {
  typedef int type;
};
template <>
struct IntegerOf<double> {
  typedef long long type;
};

template <class T>
GB_INLINE typename Vector<T>::type load(const T* from) {
  return *reinterpret_cast<const typename Vector<T>::loose*>(from);
}

template <class T>
GB_INLINE void store(T* to, typename Vector<T>::type value) {
  *reinterpret_cast<typename Vector<T>::loose*>(to) = value;
}

/** A number in all lanes. It less 0 is itself, while it plus 0 is not where it is −0: that addition would be made, before each product. */
template <class T>
GB_INLINE typename Vector<T>::type splat(T value) {
  return value - typename Vector<T>::type{};
}

/** The sum of `count` numbers, a power of two, by halves: adding them one after another would take as long as all that led to them. */
template <class T, int count>
struct Halves {
  static GB_INLINE_MEMBER T sum(const T* v) {
    T half[count / 2];
    for (int i = 0; i < count / 2; i++) half[i] = v[i] + v[i + count / 2];
    return Halves<T, count / 2>::sum(half);
  }
};

template <class T>
struct Halves<T, 1> {
  static GB_INLINE_MEMBER T sum(const T* v) { return *v; }
};

/** The sum of the numbers of a vector. */
template <class T>
GB_INLINE T sumOf(typename Vector<T>::type v) {
  T numbers[Vector<T>::lanes];
  store(numbers, v);
  return Halves<T, Vector<T>::lanes>::sum(numbers);
}

GB_INLINE long least(long a, long b) { return a < b ? a : b; }
GB_INLINE long greatest(long a, long b) { return a > b ? a : b; }

}  // namespace GB_ISA
