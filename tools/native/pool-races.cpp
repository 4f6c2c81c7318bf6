// The engine's threads under ThreadSanitizer; `npm run test:sanitize` builds and runs it. Jobs of all sizes, on more and on fewer threads, alone and
// beside programs that take the cores away, so that the caller comes to work alone for a while. Ends with 1 if a task was left out or done twice.
#include <cstdio>

#include "pool.h"

namespace {

/** Runs jobs of 1 to 37 tasks, and says how many tasks were not done just once. */
long jobs(int rounds) {
  long wrong = 0;
  for (int round = 0; round < rounds; round++) {
    long tasks = 1 + round % 37;
    std::vector<long> done(tasks, 0);
    parallel(tasks, [&](long i) { done[i] += i + round; });
    for (long i = 0; i < tasks; i++) wrong += done[i] != i + round;
  }
  return wrong;
}

/** Raises numbers in stretches, which takes long enough for a core to be lost in the middle. */
long stretches(int rounds) {
  std::vector<double> numbers(100'000, 0.0);
  for (int round = 0; round < rounds; round++) {
    parallelRange(long(numbers.size()), 777, [&](long from, long to) {
      for (long i = from; i < to; i++) numbers[i] += 1;
    });
  }
  long wrong = 0;
  for (double number : numbers) wrong += number != rounds;
  return wrong;
}

}  // namespace

int main() {
  long wrong = 0;
  for (int threads : {1, 2, 3, 5, 2, 8, 1, 4}) {
    pool.resize(threads);
    wrong += jobs(2000) + stretches(30);
  }
  std::atomic<bool> ends{false};
  std::vector<std::thread> others;
  for (unsigned i = 0; i < 2 * std::thread::hardware_concurrency(); i++) {
    others.emplace_back([&] {
      while (!ends.load(std::memory_order_relaxed)) pauseBriefly();
    });
  }
  wrong += jobs(500) + stretches(100);
  ends = true;
  for (std::thread& other : others) other.join();
  wrong += jobs(500);
  std::printf("%ld tasks were not done just once\n", wrong);
  return wrong != 0;
}
