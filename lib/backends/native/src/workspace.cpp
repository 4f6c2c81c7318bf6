#include <cstdlib>

#include "kernels.h"

namespace {

const int slots = 6;

struct Buffers {
  void* at[slots] = {};
  unsigned long long size[slots] = {};

  ~Buffers() {
    for (void* buffer : at) std::free(buffer);
  }

  void* get(int slot, unsigned long long bytes) {
    if (size[slot] >= bytes) return at[slot];
    std::free(at[slot]);
    at[slot] = nullptr;
    size[slot] = 0;
    // A quarter more than asked, so that slowly growing sizes do not allocate each time; a whole number of cache lines.
    unsigned long long wanted = (bytes + bytes / 4 + 63) / 64 * 64;
    if (posix_memalign(&at[slot], 64, wanted) != 0) {
      at[slot] = nullptr;
      throw OutOfMemory{bytes};
    }
    size[slot] = wanted;
    return at[slot];
  }
};

thread_local Buffers own;
Buffers shared;

}  // namespace

void* workspace(int slot, unsigned long long bytes) { return own.get(slot, bytes); }
void* sharedWorkspace(int slot, unsigned long long bytes) { return shared.get(slot, bytes); }
