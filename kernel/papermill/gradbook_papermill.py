"""Parameters of papermill as TypeScript: once this is installed, `papermill in.ipynb out.ipynb -p NAME VALUE` knows the kernel gradbook."""

import json
import math
import re

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

LARGEST_SAFE_INTEGER = 2**53 - 1
PROTOTYPE = '"__proto__"'

# One declaration a line: `let rate: number = 0.1; // what it is`.
DECLARATION = re.compile(
    r"^\s*(?:let|const|var)\s+(?P<name>[\w$]+)\s*(?::\s*(?P<type>[^=]+?))?\s*=\s*(?P<value>.+?)\s*;?(?:\s+//\s*(?P<help>.*))?\s*$"
)


class TypeScriptTranslator(Translator):
    """Writes values of Python, as papermill reads them from its command line and from YAML, as TypeScript."""

    @classmethod
    def translate(cls, val):
        # What a program hands over may be a tuple.
        return super().translate(list(val) if isinstance(val, tuple) else val)

    # What is empty says nothing of its type: `null` alone would be all that a name can ever hold, and `[]` and `{}` would never get a member.

    @classmethod
    def translate_none(cls, val):
        return "null as any"

    @classmethod
    def translate_escaped_str(cls, str_val):
        # What JSON writes is a string of TypeScript too, also where it holds quotes, line breaks or pictograms.
        return json.dumps(str(str_val))

    @classmethod
    def translate_int(cls, val):
        # A number would lose the digits past the 53rd bit.
        return f"{val}n" if abs(val) > LARGEST_SAFE_INTEGER else str(val)

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "NaN"
        if math.isinf(val):
            return "Infinity" if val > 0 else "-Infinity"
        return repr(val)

    @classmethod
    def translate_list(cls, val):
        return f"[{', '.join(cls.translate(item) for item in val)}]" if val else "[] as any[]"

    @classmethod
    def translate_dict(cls, val):
        # In brackets, `__proto__` is a property as any other.
        keys = ((json.dumps(str(key)), item) for key, item in val.items())
        entries = (f"{'[' + key + ']' if key == PROTOTYPE else key}: {cls.translate(item)}" for key, item in keys)
        return f"{{ {', '.join(entries)} }}" if val else "{} as any"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}"

    @classmethod
    def assign(cls, name, str_val):
        # `let`, since a `const` has the type of the one value, which a comparison with another then refuses.
        return f"let {name} = {str_val};"

    @classmethod
    def inspect(cls, parameters_cell):
        found = (DECLARATION.match(line) for line in parameters_cell["source"].splitlines())
        return [
            Parameter(
                name=match["name"],
                inferred_type_name=match["type"] or "None",
                default=match["value"],
                help=match["help"] or "",
            )
            for match in found
            if match
        ]


# Found by the kernel's name, and by the language of a notebook whose kernel has another name.
papermill_translators.register("gradbook", TypeScriptTranslator)
papermill_translators.register("typescript", TypeScriptTranslator)


class Engine(NBClientEngine):
    """papermill's own engine, under the name by which papermill finds this file."""
