#include <atomic>
#include <cstdlib>

#include "kernels.h"

namespace {

const int slots = 6;

/** Bytes of all buffers together. */
std::atomic<long long> held{0};

struct Buffers {
  void* at[slots] = {};
  unsigned long long size[slots] = {};

  ~Buffers() {
    for (int slot = 0; slot < slots; slot++) drop(slot);
  }

  void drop(int slot) {
    std::free(at[slot]);
    held.fetch_sub((long long)size[slot], std::memory_order_relaxed);
    at[slot] = nullptr;
    size[slot] = 0;
  }

  void* get(int slot, unsigned long long bytes) {
    if (size[slot] >= bytes) return at[slot];
    drop(slot);
    // A quarter more than asked, so that slowly growing sizes do not allocate each time; a whole number of cache lines.
    unsigned long long wanted = (bytes + bytes / 4 + 63) / 64 * 64;
    if (posix_memalign(&at[slot], 64, wanted) != 0) {
      at[slot] = nullptr;
      throw OutOfMemory{bytes};
    }
    size[slot] = wanted;
    held.fetch_add((long long)wanted, std::memory_order_relaxed);
    return at[slot];
  }
};

thread_local Buffers own;
Buffers shared;

}  // namespace

void* workspace(int slot, unsigned long long bytes) { return own.get(slot, bytes); }
void* sharedWorkspace(int slot, unsigned long long bytes) { return shared.get(slot, bytes); }

long long workspaceBytes() { return held.load(std::memory_order_relaxed); }
