#include <atomic>
#include <cstdlib>
#include <cstring>

#include "guard.h"
#include "kernels.h"

namespace {

/** Lets AddressSanitizer, where it looks on, know what of a buffer was asked for. What was there before is lost: −1 or NaN to whoever reads it. */
void lend(void* buffer, unsigned long long bytes, unsigned long long size) {
#ifdef GB_GUARDED
  if (buffer == nullptr) return;
  expose(buffer, bytes, size);
  std::memset(buffer, 0xff, bytes);
#else
  (void)buffer, (void)bytes, (void)size;
#endif
}

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
    lend(at[slot], size[slot], size[slot]);
    std::free(at[slot]);
    held.fetch_sub((long long)size[slot], std::memory_order_relaxed);
    at[slot] = nullptr;
    size[slot] = 0;
  }

  void* get(int slot, unsigned long long bytes) {
    if (size[slot] < bytes) renew(slot, bytes);
    lend(at[slot], bytes, size[slot]);
    return at[slot];
  }

  void renew(int slot, unsigned long long bytes) {
    drop(slot);
    // A quarter more than asked, so that slowly growing sizes do not allocate each time; a whole number of cache lines.
    unsigned long long wanted = (bytes + bytes / 4 + 63) / 64 * 64;
    if (posix_memalign(&at[slot], 64, wanted) != 0) {
      at[slot] = nullptr;
      throw OutOfMemory{bytes};
    }
    size[slot] = wanted;
    held.fetch_add((long long)wanted, std::memory_order_relaxed);
  }
};

thread_local Buffers own;
Buffers shared;

}  // namespace

void* workspace(int slot, unsigned long long bytes) { return own.get(slot, bytes); }
void* sharedWorkspace(int slot, unsigned long long bytes) { return shared.get(slot, bytes); }

long long workspaceBytes() { return held.load(std::memory_order_relaxed); }
