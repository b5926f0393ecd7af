"""Runs cells one after another in one namespace, and writes a line of JSON for each to what was standard output."""

import ast, base64, builtins, io, json, linecache, os, signal, sys, traceback

# Characters kept of each stream of a cell.
_KEPT = 100_000
# How a value shows itself, besides its repr.
_RICH = {
    "_repr_html_": "text/html", "_repr_markdown_": "text/markdown", "_repr_latex_": "text/latex",
    "_repr_svg_": "image/svg+xml", "_repr_png_": "image/png", "_repr_jpeg_": "image/jpeg",
    "_repr_json_": "application/json",
}


class _CellTimeout(BaseException):
    pass


def _bundle(value):
    data = {"text/plain": repr(value)}
    for method, kind in _RICH.items():
        show = getattr(type(value), method, None)
        shown = show(value) if show else None
        if shown is not None:
            data[kind] = base64.b64encode(shown).decode() if isinstance(shown, bytes) else shown
    return data


def _cut(text):
    return text if len(text) <= _KEPT else text[:_KEPT] + "\n[cut: %d more characters]\n" % (len(text) - _KEPT)


def _run(source, name, names):
    """Runs a cell; the value of a last expression is displayed, as notebooks do."""
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    tree = ast.parse(source, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), names)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), name, "eval"), names)
        if value is not None:
            names["_"] = value
            names["display"](value)


def _main():
    write, sink = os.write, os.dup(1)
    os.dup2(2, 1)
    setup = json.loads(sys.stdin.buffer.readline())
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    shown = []
    names = {"__name__": "__main__", "display": lambda *values: shown.extend(_bundle(v) for v in values)}
    builtins.display = names["display"]

    def late(*_):
        raise _CellTimeout("the cell took longer than %g s" % setup["cell_timeout"])

    signal.signal(signal.SIGALRM, late)
    for number, source in enumerate(setup["cells"], 1):
        out, err, error = io.StringIO(), io.StringIO(), []
        shown.clear()
        sys.stdout, sys.stderr = out, err
        timed_out = False
        try:
            signal.setitimer(signal.ITIMER_REAL, setup["cell_timeout"])
            _run(source, "<cell %d>" % number, names)
        except BaseException as fault:
            timed_out = isinstance(fault, _CellTimeout)
            rows = traceback.format_exception(type(fault), fault, fault.__traceback__)
            # The rows of this file are no part of the cell.
            rows = [row for row in rows if ", in _run\n" not in row and ", in _main\n" not in row]
            kind = "TimeoutError" if timed_out else type(fault).__name__
            error.append({"ename": kind, "evalue": str(fault), "traceback": rows})
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        cell = {"stdout": _cut(out.getvalue()), "stderr": _cut(err.getvalue()), "display": list(shown), "error": error}
        data = (json.dumps({"cell": cell, "late": timed_out}, default=str) + "\n").encode()
        while data:
            data = data[write(sink, data):]
        if timed_out:
            break


_main()
