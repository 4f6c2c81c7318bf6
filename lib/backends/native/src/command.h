// How TypeScript hands arguments over: numbers in one shared buffer, so that a call has no argument for Node to convert. Addresses and sizes are
// whole numbers below 2^53, which a double holds exactly.
#pragma once
#include <cstdint>

const int maxRank = 12;

enum DType { Float32 = 0, Float64 = 1, Int32 = 2, UInt8 = 3, Bool = 4, Scalar = 5 };

/** A view of a tensor; of a `Scalar` only the value is there, so that small numbers need no memory. */
struct View {
  char* data;
  double value;
  int dtype;
  long strides[maxRank];
};

class Reader {
 public:
  explicit Reader(const double* words) : at(words) {}

  long integer() { return long(*at++); }
  double number() { return *at++; }

  template <class T>
  T* pointer() {
    return reinterpret_cast<T*>(uintptr_t(*at++));
  }

  void integers(long* out, int count) {
    for (int i = 0; i < count; i++) out[i] = integer();
  }

  /** A view of `rank` dimensions: type, address or value, strides. */
  void view(View& out, int rank) {
    out.dtype = int(integer());
    if (out.dtype == Scalar) {
      out.value = number();
      out.data = nullptr;
    } else {
      out.data = pointer<char>();
      out.value = 0;
    }
    integers(out.strides, rank);
  }

 private:
  const double* at;
};
