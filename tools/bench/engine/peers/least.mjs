/** Times the workloads of a peer that are named as arguments, as `ours.ts` does, and prints them with the peer's name. */

/** The least time of a run in microseconds, over a second. A run that gives a promise is awaited. */
async function least(run) {
  const timed = async () => {
    const started = performance.now();
    await run();
    return performance.now() - started;
  };
  const cold = await timed();
  // What takes seconds tells enough when it has run once warm, what takes many when it has run.
  if (cold > 10_000) return cold * 1000;
  const once = await timed();
  if (once > 2000) return once * 1000;
  const asynchronous = run() instanceof Promise;
  const clock = async (turns) => {
    const from = performance.now();
    if (asynchronous) for (let i = 0; i < turns; i++) await run();
    else for (let i = 0; i < turns; i++) run();
    return ((performance.now() - from) * 1000) / turns;
  };
  const warmUntil = performance.now() + 300;
  while (performance.now() < warmUntil) await run();
  const turns = Math.max(1, Math.round(5000 / (await clock(3))));
  let best = Infinity;
  const until = performance.now() + 1000;
  for (let round = 0; round < 3 || performance.now() < until; round++) best = Math.min(best, await clock(turns));
  return best;
}

/** Workloads are functions that make what they need and give the function to time; a row that a peer has not is left out. */
export async function report(version, workloads) {
  const figures = {};
  for (const name of process.argv.slice(2)) {
    if (!(name in workloads)) continue;
    try {
      figures[name] = await least(await workloads[name]());
    } catch (error) {
      figures[name] = String(error?.message ?? error).split("\n")[0];
    }
  }
  process.stdout.write(`\n${JSON.stringify({ version, has: Object.keys(workloads), figures })}\n`, () =>
    process.exit(),
  );
}
