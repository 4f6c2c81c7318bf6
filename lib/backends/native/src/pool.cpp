#include "pool.h"

#include <time.h>

#include <chrono>

Pool pool;

namespace {
const int taskBits = 24;
const unsigned long long taskMask = (1ull << taskBits) - 1;

/** Fewer nanoseconds of waiting tell nothing. */
const long shortWait = 200'000;
/** One in so many jobs is watched, and judged by so many nanoseconds of them: which share of that the caller must have had its core. */
const unsigned watchedEvery = 4;
const long enoughWatched = 5'000'000;
const double leastShare = 0.75;

long now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/** How long this thread has had a core, as far as the system tells. */
long coreTime() {
#ifdef CLOCK_THREAD_CPUTIME_ID
  timespec time;
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0) return long(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
#endif
  return -1;
}

bool elapsed(std::chrono::steady_clock::time_point from) {
  return std::chrono::steady_clock::now() - from > std::chrono::milliseconds(1);
}
}  // namespace

void Pool::resize(int threads) {
  if (threads < 1) threads = 1;
  if (threads == count) return;
  {
    std::lock_guard<std::mutex> hold(mutex);
    stopping = true;
  }
  wake.notify_all();
  for (std::thread& worker : workers) worker.join();
  workers.clear();
  stopping = false;
  count = threads;
  shares.reset(new Share[threads]);
  for (int i = 1; i < threads; i++) workers.emplace_back([this, i] { work(i); });
}

void Pool::takeTasks(unsigned long long job, int thread) {
  long tasks = total.load(std::memory_order_relaxed);
  if (!inShares.load(std::memory_order_relaxed)) return takeFrom(ticket, job, tasks);
  for (int i = 0; i < count; i++) {
    int share = (thread + i) % count;
    takeFrom(shares[share].ticket, job, tasks * (share + 1) / count);
  }
}

/** Takes and does the tasks before `end`. */
void Pool::takeFrom(Ticket& from, unsigned long long job, long end) {
  // Read before a task is taken, as `end` is: once one is, the job cannot end, and these cannot change.
  Task run = task.load(std::memory_order_relaxed);
  void* with = context.load(std::memory_order_relaxed);
  unsigned long long seen = from.load(std::memory_order_acquire);
  while (seen >> taskBits == job && long(seen & taskMask) < end) {
    if (!from.compare_exchange_weak(seen, seen + 1, std::memory_order_acq_rel)) continue;
    run(with, long(seen & taskMask));
    unfinished.fetch_sub(1, std::memory_order_acq_rel);
    seen = from.load(std::memory_order_acquire);
  }
}

void Pool::run(long tasks, Task body, void* with, bool shared) {
  bool alone = tasks <= 1 || count == 1 || tasks > long(taskMask);
  long begun = alone ? 0 : now();
  if (alone || begun < aloneUntil) {
    for (long i = 0; i < tasks; i++) body(with, i);
    return;
  }
  bool isWatched = ++jobs % watchedEvery == 0;
  long core = isWatched ? coreTime() : -1;
  unsigned long long job = (ticket.load(std::memory_order_relaxed) >> taskBits) + 1;
  task.store(body, std::memory_order_relaxed);
  context.store(with, std::memory_order_relaxed);
  total.store(tasks, std::memory_order_relaxed);
  unfinished.store(tasks, std::memory_order_relaxed);
  inShares.store(shared, std::memory_order_relaxed);
  if (shared) {
    for (int i = 0; i < count; i++) {
      unsigned long long first = tasks * i / count;
      shares[i].ticket.store(job << taskBits | first, std::memory_order_release);
    }
  }
  // Also where the tasks are in shares, this is what workers wait for.
  ticket.store(job << taskBits | (shared ? taskMask : 0), std::memory_order_seq_cst);
  if (sleeping.load(std::memory_order_seq_cst) > 0) {
    { std::lock_guard<std::mutex> hold(mutex); }
    wake.notify_all();
  }
  takeTasks(job, 0);
  long worked = now();
  for (int spins = 0; unfinished.load(std::memory_order_acquire) > 0; spins++) {
    // A worker may have lost its core in the middle of a task: give it ours.
    if (spins < 2000) pauseBriefly();
    else std::this_thread::yield();
  }
  // From now on a late worker finds no task under this number, even before the next job.
  if (shared) {
    for (int i = 0; i < count; i++) shares[i].ticket.store(job << taskBits | taskMask, std::memory_order_release);
  }
  ticket.store(job << taskBits | taskMask, std::memory_order_release);
  long done = now(), own = worked - begun, waited = done - worked;
  // Alone it would have been done sooner: a worker has lost its core.
  if (waited > own + own / 4 + shortWait) return workAlone(done);
  if (core < 0) return;
  watched += done - begun;
  onCore += coreTime() - core;
  if (watched < enoughWatched) return;
  if (double(onCore) < leastShare * double(watched)) return workAlone(done);
  watched = onCore = 0;
  patience = leastPatience;
}

/** Shares no work for a while, twice as long each time that this comes of the first attempt to share again. */
void Pool::workAlone(long from) {
  aloneUntil = from + patience;
  patience = patience < mostPatience / 2 ? 2 * patience : mostPatience;
  watched = onCore = 0;
}

void Pool::work(int thread) {
  unsigned long long last = ticket.load(std::memory_order_acquire) >> taskBits;
  for (;;) {
    unsigned long long job = ticket.load(std::memory_order_acquire) >> taskBits;
    auto from = std::chrono::steady_clock::now();
    for (int spins = 0; job == last; spins++) {
      if (stopping.load(std::memory_order_relaxed)) return;
      pauseBriefly();
      if (spins % 128 == 127 && elapsed(from)) {
        std::unique_lock<std::mutex> hold(mutex);
        sleeping.fetch_add(1, std::memory_order_seq_cst);
        wake.wait(hold, [&] { return stopping || ticket.load(std::memory_order_seq_cst) >> taskBits != last; });
        sleeping.fetch_sub(1, std::memory_order_seq_cst);
        from = std::chrono::steady_clock::now();
      }
      job = ticket.load(std::memory_order_acquire) >> taskBits;
    }
    last = job;
    takeTasks(job, thread);
  }
}
