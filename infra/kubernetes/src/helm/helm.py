"""Helm as a library, without the command: `helm.py LIBRARY` answers a line of JSON with a line of JSON.

The structures are those of helm-java 0.0.21 (the file .h beside the library).
"""

import ctypes
import json
import sys


def structure(**kinds):
    return type("Structure", (ctypes.Structure,), {"_fields_": list(kinds.items())})


TEXT = ctypes.c_char_p
NUMBER = ctypes.c_int

Result = structure(out=TEXT, err=TEXT, std_out=TEXT, std_err=TEXT)
LintOptions = structure(path=TEXT, strict=NUMBER, quiet=NUMBER)
TemplateOptions = structure(
    name=TEXT,
    version=TEXT,
    chart=TEXT,
    namespace=TEXT,
    kube_version=TEXT,
    dependency_update=NUMBER,
    skip_crds=NUMBER,
    values=TEXT,
    set_files=TEXT,
    values_files=TEXT,
    cert_file=TEXT,
    key_file=TEXT,
    ca_file=TEXT,
    insecure_skip_tls_verify=NUMBER,
    plain_http=NUMBER,
    keyring=TEXT,
    debug=NUMBER,
    repository_config=TEXT,
)


def call(library, function, Options, options):
    function = getattr(library, function)
    function.argtypes, function.restype = [ctypes.POINTER(Options)], Result
    given = {name: value.encode() if isinstance(value, str) else value for name, value in options.items()}
    result = function(ctypes.byref(Options(**given)))
    return {"out": (result.out or b"").decode(), "error": (result.err or b"").decode()}


def main(path):
    library = ctypes.CDLL(path)
    calls = {"Template": TemplateOptions, "Lint": LintOptions}
    for line in sys.stdin:
        request = json.loads(line)
        name = request["call"]
        print(json.dumps(call(library, name, calls[name], request["options"])), flush=True)


main(sys.argv[1])
