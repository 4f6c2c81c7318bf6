"""A session of `jupyter console` at a terminal of its own, in the folder that is named. Prints what the terminal showed, and ends as the console did."""

import os
import sys

import pexpect

# prompt_toolkit would ask the terminal where its cursor is, and nobody here would answer.
environment = {**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1", "TERM": "xterm"}
command = ["-m", "jupyter_console", "--kernel=gradbook"]
console = pexpect.spawn(
    sys.executable, command, cwd=sys.argv[1], env=environment, dimensions=(50, 120), encoding="utf-8", timeout=100
)
console.logfile_read = sys.stdout


def enter(count, text):
    """Types a line at the prompt of that number, whose digits have a colour of their own."""
    console.expect(rf"In \[\x1b\[[\d;]*m{count}\x1b")
    console.send(f"{text}\r")


enter(1, "6 * 7")
console.expect(r"Out\[[^\n]*42")
enter(2, "console.log(['a', 'b'].map((letter) => letter.toUpperCase()).join('-'))")
console.expect("A-B")
enter(3, "function twice(x: number) {\rreturn 2 * x;\r}\r")
enter(4, "twice('a')")
console.expect("TS2345")
enter(5, "twice(21.5)")
console.expect(r"Out\[[^\n]*43")
enter(6, "exit")
console.expect("Shutting down kernel")
console.expect(pexpect.EOF)
console.close()
sys.exit(console.exitstatus if console.signalstatus is None else 128 + console.signalstatus)
