// What Node is given of the guard, in an engine with AddressSanitizer alone: `expose`, and faults to see whether they are found.
#include <node_api.h>

#include "guard.h"
#include "kernels.h"

#ifdef GB_GUARDED

namespace {

double numberOf(napi_env env, napi_value value) {
  double number = 0;
  napi_get_value_double(env, value, &number);
  return number;
}

/** `expose(buffer, used)`: kernels may touch the first `used` bytes of an array buffer, and no others. */
napi_value exposeBuffer(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  void* data = nullptr;
  size_t size = 0;
  napi_get_arraybuffer_info(env, arguments[0], &data, &size);
  expose(data, (unsigned long long)numberOf(env, arguments[1]), size);
  return nullptr;
}

/** `trespass(isShared, bytes, at)`: asks for a workspace of so many bytes and writes to the byte at a place. */
napi_value trespass(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  bool isShared = false;
  napi_get_value_bool(env, arguments[0], &isShared);
  auto bytes = (unsigned long long)numberOf(env, arguments[1]);
  void* buffer = isShared ? sharedWorkspace(0, bytes) : workspace(0, bytes);
  static_cast<volatile char*>(buffer)[long(numberOf(env, arguments[2]))] = 1;
  return nullptr;
}

void define(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

}  // namespace

void defineGuard(napi_env env, napi_value exports) {
  define(env, exports, "expose", exposeBuffer);
  define(env, exports, "trespass", trespass);
}

#else

void defineGuard(napi_env, napi_value) {}

#endif
