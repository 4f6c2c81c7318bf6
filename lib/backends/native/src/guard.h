// What AddressSanitizer, where it looks on, is told about memory that is used again: it knows of a buffer only as a whole.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define GB_GUARDED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GB_GUARDED 1
#endif
#endif

#ifdef GB_GUARDED
#include <sanitizer/asan_interface.h>
#endif

/** Lets kernels touch the first `used` bytes of a buffer of `size` bytes, and no others. */
inline void expose(void* buffer, unsigned long long used, unsigned long long size) {
#ifdef GB_GUARDED
  ASAN_UNPOISON_MEMORY_REGION(buffer, used);
  ASAN_POISON_MEMORY_REGION(static_cast<char*>(buffer) + used, size - used);
#else
  (void)buffer, (void)used, (void)size;
#endif
}
