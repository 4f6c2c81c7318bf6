"""jupyter_kernel_test on the kernel registered as `contender`: `PASS name` or `FAIL name: why`, a line for each of its 13 tests.

The argument says which kernel it is, since each writes the same things in its own way. A test that takes too long has hung, which is a failure, and the next one
gets another kernel.
"""

import signal
import sys
import unittest

import jupyter_kernel_test

WHO = sys.argv[1]

# Their own deadlines are of 15 s; some tests wait without one.
PATIENCE_S = 25

TYPESCRIPT = {
    "language_name": "typescript",
    "file_extension": ".ts",
    "code_hello_world": 'console.log("hello, world")',
    "code_stderr": 'console.error("oops")',
    "code_generate_error": 'throw new Error("on purpose")',
    "completion_samples": [{"text": "Math.sqr", "matches": {"sqrt"}}],
    "complete_code_samples": ["1 + 1", "const one: number = 1", "function f(x: number) {\n  return x;\n}"],
    "incomplete_code_samples": ["function f(x: number) {", "[1, 2,"],
    "invalid_code_samples": ["const = 1", "let 1x = 2"],
    "code_page_something": "structuredClone?",
    "code_inspect_sample": "structuredClone",
}
SHOWN = '({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<i>hi</i>" }) })'
SAMPLES = {
    "ours": {
        **TYPESCRIPT,
        "code_clear_output": "clearOutput()",
        "code_display_data": [{"code": f"display({SHOWN})", "mime": "text/html"}],
    },
    "deno": {
        **TYPESCRIPT,
        "code_clear_output": 'await Deno.jupyter.broadcast("clear_output", { wait: false })',
        "code_display_data": [{"code": f"await Deno.jupyter.display({SHOWN})", "mime": "text/html"}],
    },
    "tslab": {
        **TYPESCRIPT,
        "code_clear_output": "console.clear()",
        "code_display_data": [
            {"code": 'import * as tslab from "tslab"; tslab.display.html("<i>hi</i>")', "mime": "text/html"}
        ],
    },
    "ipykernel": {
        "language_name": "python",
        "file_extension": ".py",
        "code_hello_world": "print('hello, world')",
        "code_stderr": "import sys; print('oops', file=sys.stderr)",
        "code_generate_error": "raise ValueError('on purpose')",
        "completion_samples": [{"text": "zi", "matches": {"zip"}}],
        "complete_code_samples": ["1 + 1", "def f(x):\n  return x\n\n"],
        "incomplete_code_samples": ["def f(x):", "[1, 2,"],
        "invalid_code_samples": ["import = 1", "1x = 2"],
        "code_page_something": "zip?",
        "code_inspect_sample": "zip",
        "code_clear_output": "from IPython.display import clear_output; clear_output()",
        "code_display_data": [
            {"code": "from IPython.display import HTML, display; display(HTML('<i>hi</i>'))", "mime": "text/html"}
        ],
    },
}


class KernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "contender"
    code_execute_result = [{"code": "6 * 7", "result": "42"}]
    code_history_pattern = "6 ?*7*"
    supported_history_operations = ("tail", "range", "search")


for field, value in SAMPLES[WHO].items():
    setattr(KernelTests, field, value)


class IopubWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "contender"
    support_iopub_welcome = True


def hung(_signal, _frame):
    raise TimeoutError(f"hangs: not done after {PATIENCE_S} s")


def run(test):
    """Why the test fails; nothing if it passes. A test that is left out, since the kernel cannot do what it is about, fails."""
    result = unittest.TestResult()
    test.run(result)
    failed = [*result.failures, *result.errors, *result.skipped]
    return str(failed[0][1]).strip().splitlines()[-1] if failed else None


def in_time(step, *args):
    signal.alarm(PATIENCE_S)
    try:
        return step(*args)
    finally:
        signal.alarm(0)


signal.signal(signal.SIGALRM, hung)
for case in (KernelTests, IopubWelcomeTests):
    in_time(case.setUpClass)
    for each in unittest.defaultTestLoader.loadTestsFromTestCase(case):
        name = each._testMethodName
        why = in_time(run, each)
        print(f"FAIL {name}: {why}" if why else f"PASS {name}", flush=True)
        if why and "hangs:" in why:
            case.km.shutdown_kernel(now=True)
            in_time(case.setUpClass)
    in_time(case.tearDownClass)
