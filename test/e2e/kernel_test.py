"""Jupyter's own kernel tests (jupyter_kernel_test) on the gradbook kernel.

Run by kernel-test.test.ts, which decides what must pass. Prints one JSON object a line: a test or a subtest, and what
became of it. By hand: .venv/bin/python test/e2e/kernel_test.py
"""

import json
import os
import sys
import unittest

import jupyter_kernel_test

KERNEL_NAME = os.environ.get("GRADBOOK_KERNEL_NAME", "gradbook")


class KernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL_NAME
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("oops")'
    code_generate_error = 'throw new Error("on purpose")'
    code_clear_output = "clearOutput()"

    completion_samples = [
        # A global, a member of a value that exists, and nothing at all.
        {"text": "structuredCl", "matches": {"structuredClone"}},
        {"text": "Math.sqr", "matches": {"sqrt"}},
        {"text": "no_such_name_anywhere", "matches": set()},
    ]

    complete_code_samples = [
        "1 + 1",
        "const one: number = 1",
        "function f(x: number) {\n  return x;\n}",
        "await Promise.resolve(2)",
        "",
    ]
    incomplete_code_samples = [
        "function f(x: number) {",
        "const text = `two\nlines",
        "[1, 2,",
        "if (true) {",
        "/* a comment",
    ]
    invalid_code_samples = ["const = 1", "let 1x = 2", "1 +* 2", "foo bar"]

    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "[1, 2, 3].map((x) => x ** 2).length", "result": "3"},
        {"code": "await Promise.resolve(6)", "result": "6"},
        {"code": '({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>bold</b>" }) })', "mime": "text/html"},
    ]
    code_history_pattern = "6 ?*7*"
    supported_history_operations = ("tail", "range", "search")

    code_display_data = [
        {
            "code": 'display({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<i>hi</i>" }) })',
            "mime": "text/html",
        },
        {"code": "display(1)", "mime": "text/plain"},
    ]
    code_page_something = "structuredClone?"
    code_inspect_sample = "structuredClone"


class IopubWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = KERNEL_NAME
    support_iopub_welcome = True


class JsonResult(unittest.TestResult):
    """Tells every outcome at once, with subtests on lines of their own."""

    def say(self, test, outcome, detail=""):
        # The name that unittest itself shows for a subtest: "test_history (…) (hist_access_type='tail')".
        method = getattr(test, "test_case", test)._testMethodName
        parameters = getattr(test, "_subDescription", lambda: "")()
        name = f"{method} {parameters}".strip()
        print(json.dumps({"name": name, "outcome": outcome, "detail": detail}), flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.say(test, "passed")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.say(test, "skipped", reason)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.say(test, "failed", self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        # An error outside a test, as in setUpClass, comes with a stand-in that has no method name.
        if hasattr(test, "_testMethodName"):
            self.say(test, "failed", self.errors[-1][1])
        else:
            print(json.dumps({"name": str(test), "outcome": "failed", "detail": self.errors[-1][1]}), flush=True)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        self.say(subtest, "failed" if err else "passed", self._exc_info_to_string(err, test) if err else "")


if __name__ == "__main__":
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__])
    suite.run(JsonResult())
