// The door to Node: `run` reads the shared command buffer, the rest is set-up. Every module instance (a worker has its own) shares one pool.
#include <node_api.h>

#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "kernels.h"
#include "pool.h"

void defineWatch(napi_env env, napi_value exports);
void defineGuard(napi_env env, napi_value exports);

#if defined(__aarch64__)
// All of these processors have NEON.
#define GB_LEAST neon
#else
#define GB_LEAST baseline
#endif

namespace GB_LEAST {
extern const KernelTable table;
}
#if defined(__x86_64__)
namespace avx2 {
extern const KernelTable table;
}
namespace avx512 {
extern const KernelTable table;
}
#endif

namespace {

const int commandLength = 256;

#ifndef GB_STAMP
#define GB_STAMP "unknown"
#endif

std::mutex inUse;
/** Whether an environment has said how many threads there are to be: they are the process's. */
bool areThreadsSet = false;

const KernelTable* best() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl")) {
    return &avx512::table;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &avx2::table;
#endif
  return &GB_LEAST::table;
}

const KernelTable* named(const char* name) {
  const KernelTable* limit = best();
  if (std::strcmp(name, limit->name) == 0) return limit;
#if defined(__x86_64__)
  if (std::strcmp(name, "avx2") == 0 && limit == &avx512::table) return &avx2::table;
#endif
  return std::strcmp(name, "baseline") == 0 ? &GB_LEAST::table : nullptr;
}

/** What each environment has for itself: a worker of Node runs kernels of its own, and tries its instructions while others train. */
struct Environment {
  const double* command;
  const KernelTable* active;
};

/** Runs the kernel that word 0 of the command buffer names, on the words after it. */
napi_value run(napi_env env, napi_callback_info info) {
  void* data;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  const auto [command, active] = *static_cast<const Environment*>(data);
  if (!(command[0] >= 0 && command[0] < KernelCount)) {
    napi_throw_range_error(env, nullptr, "Cannot run a kernel that the engine does not have");
    return nullptr;
  }
  // Uncontended but for workers that train at the same time; kernels share the pool and its workspaces.
  std::lock_guard<std::mutex> hold(inUse);
  try {
    active->kernels[int(command[0])](command + 1);
  } catch (const OutOfMemory& failure) {
    std::string message = "Cannot get " + std::to_string(failure.bytes) + " bytes to work in";
    napi_throw_range_error(env, "ERR_OUT_OF_MEMORY", message.c_str());
  }
  return nullptr;
}

/** The address of a typed array's first element, or 0 if it may move or go. */
napi_value addressOf(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value array;
  napi_get_cb_info(env, info, &count, &array, nullptr, nullptr);
  void* data = nullptr;
  napi_get_typedarray_info(env, array, nullptr, nullptr, &data, nullptr, nullptr);
  napi_value result;
  napi_create_double(env, double(reinterpret_cast<uintptr_t>(data)), &result);
  return result;
}

napi_value setThreads(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value value;
  napi_get_cb_info(env, info, &count, &value, nullptr, nullptr);
  int threads = 1;
  napi_get_value_int32(env, value, &threads);
  std::lock_guard<std::mutex> hold(inUse);
  pool.resize(threads);
  areThreadsSet = true;
  return nullptr;
}

napi_value getThreads(napi_env env, napi_callback_info) {
  std::lock_guard<std::mutex> hold(inUse);
  napi_value result;
  napi_create_int32(env, areThreadsSet ? pool.threads() : 0, &result);
  return result;
}

napi_value heldBytes(napi_env env, napi_callback_info) {
  napi_value result;
  napi_create_double(env, double(workspaceBytes()), &result);
  return result;
}

/** Chooses an instruction set by name, or the best for "auto"; returns the name of what is in use then. */
napi_value setInstructions(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value value;
  void* data;
  napi_get_cb_info(env, info, &count, &value, nullptr, &data);
  Environment* own = static_cast<Environment*>(data);
  char name[32] = "";
  napi_get_value_string_utf8(env, value, name, sizeof name, nullptr);
  const KernelTable* chosen = std::strcmp(name, "auto") == 0 ? best() : named(name);
  if (chosen != nullptr) own->active = chosen;
  napi_value result;
  napi_create_string_utf8(env, own->active->name, NAPI_AUTO_LENGTH, &result);
  return result;
}

/** The text goes to Node as it lies in the file: whoever looks for the stamp there finds it, however this was compiled. */
void define(napi_env env, napi_value exports, const char* name, const char* text) {
  napi_value value;
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  napi_set_named_property(env, exports, name, value);
}

void define(napi_env env, napi_value exports, const char* name, napi_callback callback, void* data) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, data, &function);
  napi_set_named_property(env, exports, name, function);
}

}  // namespace

NAPI_MODULE_INIT() {
#if defined(__GLIBC__)
  // Freed blocks stay with the process: a training step needs the same sizes again, and memory fresh from the system costs a page fault every 4 kB.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, 16 << 20);
#endif
  // `exports` keeps the buffer alive as long as `run`.
  napi_value buffer, command;
  void* words;
  napi_create_arraybuffer(env, commandLength * sizeof(double), &words, &buffer);
  napi_create_typedarray(env, napi_float64_array, commandLength, buffer, 0, &command);
  napi_set_named_property(env, exports, "command", command);
  Environment* own = new Environment{static_cast<const double*>(words), best()};
  napi_add_env_cleanup_hook(env, [](void* data) { delete static_cast<Environment*>(data); }, own);
  define(env, exports, "stamp", GB_STAMP);
  const std::string tables = std::to_string(KernelCount) + "," + std::to_string(own->active->unaryOps()) + "," +
                             std::to_string(own->active->binaryOps()) + "," + std::to_string(own->active->folds());
  define(env, exports, "tables", tables.c_str());
  define(env, exports, "run", run, own);
  define(env, exports, "addressOf", addressOf, nullptr);
  define(env, exports, "setThreads", setThreads, nullptr);
  define(env, exports, "getThreads", getThreads, nullptr);
  define(env, exports, "workspaceBytes", heldBytes, nullptr);
  define(env, exports, "setInstructions", setInstructions, own);
  defineWatch(env, exports);
  defineGuard(env, exports);
  return exports;
}
