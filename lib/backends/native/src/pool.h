// The engine's own threads. A job is cut into tasks that are handed out one by one, the caller takes part, and an idle worker
// spins for about a millisecond before it sleeps: steps of training follow each other faster than a sleeper wakes. Own threads rather than
// OpenMP, because a worker that the system has taken off its core must never hold up the others. Where other programs want the
// cores, that happens all the same in the middle of a task, or caller and worker come to share a core: then the caller works alone for a while.
// Where tasks are stretches of memory, each thread begins with its own share of them, the same one in every job, since its core's cache may still have
// that, and helps the others when it is through.
#pragma once
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

#if defined(__x86_64__) || defined(__i386__)
static inline void pauseBriefly() { __builtin_ia32_pause(); }
#elif defined(__aarch64__)
static inline void pauseBriefly() { asm volatile("yield"); }
#else
static inline void pauseBriefly() {}
#endif

class Pool {
 public:
  using Task = void (*)(void* context, long task);

  ~Pool() { resize(1); }

  /** How many threads take part, the caller included. */
  int threads() const { return count; }

  /** Changes the number of threads; not while a job runs. */
  void resize(int threads);

  /** Runs `task(context, 0 … tasks − 1)` on all threads and returns when all are done. Tasks may not call `run` themselves. */
  void run(long tasks, Task task, void* context) { run(tasks, task, context, false); }

  /** As `run`, each thread its share of the tasks before those of others. */
  void runInShares(long tasks, Task task, void* context) { run(tasks, task, context, true); }

 private:
  /** A job's number and its next task in one word, so that a late worker can never take a task of another job. */
  using Ticket = std::atomic<unsigned long long>;

  /** The next task of a thread's share, on a line of the cache of its own. */
  struct Share {
    alignas(64) Ticket ticket{0};
  };

  Ticket ticket{0};
  std::unique_ptr<Share[]> shares{new Share[1]};
  std::atomic<bool> inShares{false};
  std::atomic<long> unfinished{0};
  std::atomic<int> sleeping{0};
  std::atomic<bool> stopping{false};
  std::atomic<long> total{0};
  std::atomic<Task> task{nullptr};
  std::atomic<void*> context{nullptr};
  std::mutex mutex;
  std::condition_variable wake;
  std::vector<std::thread> workers;
  int count = 1;
  /** When to share work again, and for how long not to when that fails, in nanoseconds. */
  long aloneUntil = 0, patience = leastPatience;
  /** Jobs shared, and for how long some of them, and how much of that the caller had its core. */
  unsigned jobs = 0;
  long watched = 0, onCore = 0;
  static const long leastPatience = 20'000'000, mostPatience = 640'000'000;

  void run(long tasks, Task task, void* context, bool shared);
  void workAlone(long from);
  void work(int thread);
  void takeTasks(unsigned long long job, int thread);
  void takeFrom(Ticket& ticket, unsigned long long job, long end);
};

extern Pool pool;

/** Runs `body(i)` for i from 0 to before `tasks`. */
template <class Body>
static inline void parallel(long tasks, Body&& body) {
  if (tasks <= 1 || pool.threads() == 1) {
    for (long i = 0; i < tasks; i++) body(i);
    return;
  }
  using B = typename std::remove_reference<Body>::type;
  pool.run(tasks, [](void* context, long i) { (*static_cast<B*>(context))(i); }, &body);
}

/** Cuts `count` into stretches of `grain` and runs `body(from, to)` on each; at once if there is only one. */
template <class Body>
static inline void parallelRange(long count, long grain, Body&& body) {
  if (grain < 1) grain = 1;
  long pieces = (count + grain - 1) / grain;
  if (pieces <= 1 || pool.threads() == 1) {
    body(0L, count);
    return;
  }
  auto stretch = [&](long i) { body(i * grain, (i + 1) * grain < count ? (i + 1) * grain : count); };
  using Stretch = decltype(stretch);
  pool.runInShares(pieces, [](void* context, long i) { (*static_cast<Stretch*>(context))(i); }, &stretch);
}
