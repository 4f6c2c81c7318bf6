"""Runs a notebook of four cells with nbclient, again and again, with the kernel registered as `contender`.

After each run it prints `RUN n`, n being how many cells have not the output that they should have.
"""

import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

WHO, TIMES = sys.argv[1], int(sys.argv[2])

# A cell that takes longer has hung.
PATIENCE_S = 15

LINES = "".join(f"{i}\n" for i in range(2000))
PYTHON = [
    "x = 6",
    "for i in range(2000): print(i)",
    "import asyncio\nawait asyncio.sleep(0.01)\nx * 7",
    "raise ValueError('on purpose')",
]
TYPESCRIPT = [
    "const x: number = 6;",
    "for (let i = 0; i < 2000; i++) console.log(i);",
    "await new Promise((done) => setTimeout(done, 10));\nx * 7",
    "throw new Error('on purpose');",
]


def is_nothing(outputs):
    return outputs == []


def are_the_lines(outputs):
    return all(output.output_type == "stream" and output.name == "stdout" for output in outputs) and LINES == "".join(
        output.text for output in outputs
    )


def is_the_answer(outputs):
    if len(outputs) != 1:
        return False
    [output] = outputs
    # tslab prints the value of a cell.
    if output.output_type == "stream":
        return output.text.strip().endswith("42")
    return output.output_type == "execute_result" and "42" in output.data.get("text/plain", "")


def is_the_error(outputs):
    return [output.output_type for output in outputs] == ["error"] and "on purpose" in outputs[0].evalue


JUDGES = [is_nothing, are_the_lines, is_the_answer, is_the_error]


def wrong():
    cells = PYTHON if WHO == "ipykernel" else TYPESCRIPT
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells])
    client = NotebookClient(
        notebook, kernel_name="contender", timeout=PATIENCE_S, startup_timeout=PATIENCE_S, allow_errors=True
    )
    try:
        client.execute()
    except (TimeoutError, DeadKernelError, RuntimeError) as error:
        # What has no output by now is wrong.
        print(f"WHY {str(error).strip().splitlines()[0]}", flush=True)
    return sum(
        cell.execution_count is None or not is_right(cell.outputs)
        for cell, is_right in zip(notebook.cells, JUDGES, strict=True)
    )


for _ in range(TIMES):
    print(f"RUN {wrong()}", flush=True)
