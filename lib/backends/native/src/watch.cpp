// Says which JavaScript objects the collector has taken: weak references by number, looked through on request. Finalizers would not do, because they
// wait for the event loop, which a training loop does not come back to.
#include <node_api.h>

#include <vector>

namespace {

struct Watch {
  napi_env env;
  /** By number; null where nothing is watched. */
  std::vector<napi_ref> references;
  /** An object that nobody holds: as long as it is there, nothing was collected since all were looked through. */
  napi_ref witness = nullptr;

  explicit Watch(napi_env env) : env(env) {}

  /** Node leaves references to who made them, even where their environment ends. */
  ~Watch() {
    for (napi_ref reference : references) {
      if (reference != nullptr) napi_delete_reference(env, reference);
    }
    if (witness != nullptr) napi_delete_reference(env, witness);
  }
};

Watch* watchOf(napi_env env, napi_callback_info info, size_t* count, napi_value* arguments) {
  void* data;
  napi_get_cb_info(env, info, count, arguments, nullptr, &data);
  return static_cast<Watch*>(data);
}

bool isGone(napi_env env, napi_ref reference) {
  napi_value value = nullptr;
  return napi_get_reference_value(env, reference, &value) != napi_ok || value == nullptr;
}

/** `watch(object, number)`: the number stands for the object from now on. */
napi_value watch(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  Watch* state = watchOf(env, info, &count, arguments);
  uint32_t number = 0;
  napi_get_value_uint32(env, arguments[1], &number);
  if (number >= state->references.size()) state->references.resize(number + 1, nullptr);
  napi_create_reference(env, arguments[0], 0, &state->references[number]);
  return nullptr;
}

/** `unwatch(number)`: nobody wants to know any more. */
napi_value unwatch(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  Watch* state = watchOf(env, info, &count, &argument);
  uint32_t number = 0;
  napi_get_value_uint32(env, argument, &number);
  if (number < state->references.size() && state->references[number] != nullptr) {
    napi_delete_reference(env, state->references[number]);
    state->references[number] = nullptr;
  }
  return nullptr;
}

/**
 * `gone(numbers)`: writes the numbers of objects that are gone, as many as fit, and returns how many; each is told once. Costs next to nothing as long as
 * nothing was collected since.
 */
napi_value gone(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  Watch* state = watchOf(env, info, &count, &argument);
  void* data = nullptr;
  size_t room = 0;
  napi_get_typedarray_info(env, argument, nullptr, &room, &data, nullptr, nullptr);
  uint32_t* numbers = static_cast<uint32_t*>(data);
  uint32_t found = 0;
  if (state->witness == nullptr || isGone(env, state->witness)) {
    size_t i = 0;
    for (; i < state->references.size() && found < room; i++) {
      napi_ref reference = state->references[i];
      if (reference == nullptr) continue;
      napi_handle_scope scope;
      napi_open_handle_scope(env, &scope);
      bool is = isGone(env, reference);
      napi_close_handle_scope(env, scope);
      if (!is) continue;
      napi_delete_reference(env, reference);
      state->references[i] = nullptr;
      numbers[found++] = uint32_t(i);
    }
    if (i == state->references.size()) {
      if (state->witness != nullptr) napi_delete_reference(env, state->witness);
      napi_value object;
      napi_create_object(env, &object);
      napi_create_reference(env, object, 0, &state->witness);
    }
  }
  napi_value result;
  napi_create_uint32(env, found, &result);
  return result;
}

void define(napi_env env, napi_value object, const char* name, napi_callback callback, void* data) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, data, &function);
  napi_set_named_property(env, object, name, function);
}

/** `watcher()`: an object with `watch`, `unwatch` and `gone`, and numbers of its own. It goes with the environment: there is one a copy of the library. */
napi_value watcher(napi_env env, napi_callback_info) {
  Watch* state = new Watch(env);
  napi_add_env_cleanup_hook(env, [](void* data) { delete static_cast<Watch*>(data); }, state);
  napi_value result;
  napi_create_object(env, &result);
  define(env, result, "watch", watch, state);
  define(env, result, "unwatch", unwatch, state);
  define(env, result, "gone", gone, state);
  return result;
}

}  // namespace

/** Gives the engine of an environment `watcher`. */
void defineWatch(napi_env env, napi_value exports) { define(env, exports, "watcher", watcher, nullptr); }
