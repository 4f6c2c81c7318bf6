/** The kinds of cells that Stop must stop. Each says `here` when it has come to where it will be stopped. */
export const interruptKinds: readonly { name: string; code: string }[] = [
  { name: "an endless loop", code: "console.log('here'); while (true) turns++;" },
  {
    name: "a loop that catches everything",
    code: "console.log('here'); while (true) { try { turns++; } catch {} }",
  },
  { name: "a loop after an await", code: "await null; console.log('here'); while (true) turns++;" },
  {
    name: "a loop of microtasks",
    code: "console.log('here'); const spin = (): Promise<void> => Promise.resolve().then(spin); await spin();",
  },
  {
    name: "a loop in the timer of a cell that has finished",
    code: "setTimeout(() => { console.log('here'); while (true) turns++; }, 0); 0",
  },
  { name: "a promise that never settles", code: "console.log('here'); await new Promise(() => {});" },
  {
    name: "an async loop",
    code: "console.log('here'); while (true) { turns++; await new Promise((next) => setTimeout(next, 1)); }",
  },
  {
    name: "Atomics.wait",
    code: "console.log('here'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
  },
  { name: "a runaway regular expression", code: "console.log('here'); /^(a+)+$/.test('a'.repeat(60) + '!');" },
  {
    name: "a child process",
    code: `import { execFileSync } from "node:child_process"; console.log("here"); execFileSync("sleep", ["300"]);`,
  },
];

/** What must be there before one of them is run. */
export const interruptPrelude = "let kept = 'all of it'; let turns = 0;";

/** The same in Python, for the benchmark. */
export const pythonKinds: typeof interruptKinds = [
  { name: "an endless loop", code: "print('here', flush=True)\nwhile True: turns += 1" },
  {
    name: "a loop that catches everything",
    code: "print('here', flush=True)\nwhile True:\n    try: turns += 1\n    except: pass",
  },
  { name: "a loop after an await", code: "await asyncio.sleep(0)\nprint('here', flush=True)\nwhile True: turns += 1" },
  {
    name: "a loop of callbacks",
    code: "print('here', flush=True)\nasync def spin():\n    while True: await asyncio.sleep(0)\nawait spin()",
  },
  {
    name: "a loop in the callback of a cell that has finished",
    code: "def late():\n    print('here', flush=True)\n    while True: pass\n_ = asyncio.get_event_loop().call_later(0.01, late)",
  },
  { name: "a future that never settles", code: "print('here', flush=True)\nawait asyncio.Future()" },
  {
    name: "an async loop",
    code: "print('here', flush=True)\nwhile True:\n    turns += 1\n    await asyncio.sleep(0.001)",
  },
  { name: "a wait on a lock", code: "print('here', flush=True)\nthreading.Event().wait()" },
  {
    name: "a runaway regular expression",
    code: "print('here', flush=True)\nre.match('^(a+)+$', 'a' * 60 + '!')",
  },
  { name: "a child process", code: "print('here', flush=True)\nsubprocess.run(['sleep', '300'])" },
];

export const pythonPrelude = "import asyncio, re, subprocess, threading\nkept = 'all of it'\nturns = 0";
