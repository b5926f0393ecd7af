"""The trusted side: runs the tests; what they expect and what came of them stay in this process.

Lines that begin with "!" are for the judge, the others for the program.
"""

import importlib, linecache, traceback, types

# Names that tests take from the program's own imports; the program must not supply them.
_HELPERS = {
    "isclose": "math", "isnan": "math", "isinf": "math", "Counter": "collections", "OrderedDict": "collections",
    "defaultdict": "collections", "deque": "collections", "namedtuple": "collections", "Decimal": "decimal",
    "Fraction": "fractions", "deepcopy": "copy", "List": "typing", "Dict": "typing", "Tuple": "typing",
    "Set": "typing", "Optional": "typing", "Any": "typing", "Union": "typing", "Callable": "typing",
}
_MODULE_ALIASES = {"np": "numpy", "pd": "pandas"}
_failures = {}


def _failure_class(name, bases):
    """The builtin exception of that name, or one class per name that derives from the builtin it names."""
    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, BaseException):
        return kind
    if name not in _failures:
        known = [getattr(builtins, b, None) for b in bases]
        base = next((k for k in known if isinstance(k, type) and issubclass(k, Exception)), Exception)
        _failures[name] = type(name if name.isidentifier() else "ProgramError", (base,), {})
    return _failures[name]


def _failure(name, bases, args, text):
    kind = _failure_class(name, bases)
    if kind is StopIteration:
        # Where a function merely raises it, all(map(f, xs)) would end early and be true.
        kind = type("StopIteration", (RuntimeError,), {})
    try:
        return kind(*args)
    except Exception:
        return RuntimeError(text)


def _remote(peer, handle, kind="object", name="", bases=()):
    if kind == "exception":
        return _failure_class(str(name), [str(b) for b in bases])
    return Value(peer, handle)


def _same(before, after):
    """Makes a mutable argument what the program made of it, inner lists and dicts included."""
    if type(before) is not type(after):
        return after
    if type(before) is list:
        if len(before) == len(after):
            before[:] = [_same(b, a) for b, a in zip(before, after)]
        else:
            before[:] = after
    elif type(before) is tuple and len(before) == len(after):
        items = [_same(b, a) for b, a in zip(before, after)]
        return before if all(x is y for x, y in zip(items, before)) else tuple(items)
    elif type(before) in (dict, collections.OrderedDict, collections.Counter):
        items = {k: _same(before[k], v) if k in before else v for k, v in after.items()}
        before.clear()
        before.update(items)
    elif type(before) is set:
        before.clear()
        before.update(after)
    elif type(before) is bytearray:
        before[:] = after
    elif type(before) is collections.deque:
        before.clear()
        before.extend(after)
    else:
        return after
    return before


class Value(Remote):
    """An object of the program, as the tests use it.

    A comparison with a value of the tests never asks the program: its `__eq__` could say yes to everything. What an
    operator made of a value of the tests may not turn into a number, a string or a truth: the program has seen the
    expected value and could answer what pleases.
    """

    __slots__ = ()

    def _do(self, name, *args, tainted=False):
        peer = self._peer
        answer = peer.ask("op", name, [peer.pack(self)] + [peer.pack(a) for a in args])
        if not tainted:
            return peer.unpack(answer[1])
        packed = answer[1]
        if type(packed) is list and packed[:1] == ["mine"]:
            return Value(peer, operator.index(packed[1]), True)
        return Value(peer, None, True)  # a plain value: nothing may be read from it

    def _plainly(self, name, *args):
        if self._tainted:
            raise TypeError("a result that the program computed from a value of the tests is not taken for %s" % name)
        return self._do(name, *args)

    def __call__(self, *args, **kwargs):
        peer = self._peer
        packed = [peer.pack(a) for a in args], {k: peer.pack(v) for k, v in kwargs.items()}
        answer = peer.ask("call", peer.pack(self), *packed)
        try:
            for key, value in answer[2]:
                target = args[key] if type(key) is int else kwargs[key]
                _same(target, peer.unpack(value))
            result = answer[1]
            if type(result) is list and result[:1] == ["argument"]:
                return args[result[1]] if type(result[1]) is int else kwargs[result[1]]
        except (LookupError, TypeError, ValueError):
            peer.lost("it changed an argument that there is not")
        return peer.unpack(result)

    def __getattr__(self, name):
        # Special methods of instances are hooks that libraries call: __array_interface__ holds an address, say.
        if name[:2] == "__" and name not in ("__name__", "__doc__", "__init__"):
            raise AttributeError(name)
        return self._do("getattr", name)

    def __setattr__(self, name, value):
        self._do("setattr", name, value)

    def __delattr__(self, name):
        self._do("delattr", name)

    def __hash__(self):
        return self._plainly("hash")

    def __next__(self):
        try:
            return self._do("next")
        except RuntimeError as error:
            if type(error).__name__ == "StopIteration":
                raise StopIteration from None
            raise

    def __iter__(self):
        inner = self._plainly("iter")
        return inner if type(inner) is Value else iter(inner)

    def __contains__(self, item):
        return any(x is item or x == item for x in self)

    def __enter__(self):
        return self._do("enter")

    def __exit__(self, *_):
        return self._do("exit", None, None, None)

    def __instancecheck__(self, other):
        return type(other) is Value and bool(self._peer.unpack(self._peer.ask(
            "op", "isinstance", [self._peer.pack(other), self._peer.pack(self)])[1]))

    def __setitem__(self, key, value):
        self._do("setitem", key, value)

    def __eq__(self, other):
        return self is other or (type(other) is Value and self._do("eq", other) is True)

    def __ne__(self, other):
        return not self == other


def _conversion(name):
    return lambda self, *args: self._plainly(name, *args)


def _comparison(name):
    return lambda self, other: self._do(name, other) if type(other) is Value else NotImplemented


def _arithmetic(name):
    def operate(self, other):
        return self._do(name, other, tainted=self._tainted or type(other) is not Value or other._tainted)

    return operate


for _op in "len bool int float complex str repr round reversed getitem delitem index abs neg pos invert".split():
    setattr(Value, "__%s__" % _op, _conversion(_op))
for _op in "lt le gt ge".split():
    setattr(Value, "__%s__" % _op, _comparison(_op))
for _op in "add sub mul truediv floordiv mod pow lshift rshift and or xor matmul".split():
    setattr(Value, "__%s__" % _op, _arithmetic(_op))
    setattr(Value, "__r%s__" % _op, _arithmetic("r" + _op))


class _Names(dict):
    """The tests' globals: what they do not define is the program's."""

    def __init__(self, peer, forced):
        super().__init__(__name__="tests", __builtins__=builtins)
        self.peer, self.forced = peer, forced

    def __missing__(self, name):
        if name not in self.forced:
            if hasattr(builtins, name):
                raise KeyError(name)
            module = _MODULE_ALIASES.get(name, name)
            if module in getattr(sys, "stdlib_module_names", ()) or name in _MODULE_ALIASES:
                return importlib.import_module(module)
            if name in _HELPERS:
                return getattr(importlib.import_module(_HELPERS[name]), name)
        try:
            return self.peer.unpack(self.peer.ask("name", name)[1])
        except AttributeError:
            raise NameError("the program does not define %r" % name) from None


_OWN_ATTRIBUTES = ("getattr", "setattr", "delattr")


def _serve(names):
    def own(v):
        """Whether the tests themselves define what v is; through other objects' attributes one could reach anything."""
        return type(v).__module__ == "tests"

    def serve(peer, request):
        if request[0] == "call":
            f = peer.unpack(request[1])
            values = [peer.unpack(a) for a in request[2]]
            named = {str(k): peer.unpack(v) for k, v in request[3].items()}
            return ["value", peer.pack(f(*values, **named)), []]
        if request[0] != "op" or request[1] not in OPERATIONS:
            peer.lost("it sent a request that is none")
        name, values = request[1], [peer.unpack(a) for a in request[2]]
        if name in _OWN_ATTRIBUTES and not (own(values[0]) and type(values[1]) is str and values[1][:1] != "_"):
            raise AttributeError(values[1])
        if not own(values[0]) and name not in ("iter", "next", "len", "getitem", "repr", "str", "bool", "hash"):
            raise TypeError("an object of the tests does not do that for a program: " + name)
        return ["value", peer.pack(OPERATIONS[name](*values)), []]

    return serve


def _explain(error):
    lines = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith("<test")]
    where = "%s: " % (lines[-1].line or "line %d" % lines[-1].lineno) if lines else ""
    said = str(error)
    return (where + type(error).__name__ + (": " + said if said else ""))[:2000]


def main():
    readline, write = streams()
    def lost(why):
        # Ends the process: a test's own `except:` must not hide that the program cannot be asked any more.
        report(None, "gone", why)
        os._exit(0)

    def report(index, outcome, message):
        write(b"!" + json.dumps([index, outcome, message]).encode() + b"\n")

    peer = Peer(readline, write, None, _remote, _failure)
    peer.lost = lost
    peer.handle_of = lambda v: v._handle if type(v) is Value else None
    whole = json.loads(readline())
    names = _Names(peer, set(whole["names"]))
    peer.serve = _serve(names)
    sys.modules["tests"] = types.ModuleType("tests")
    solution = types.ModuleType("solution")
    solution.__getattr__ = lambda name: peer.unpack(peer.ask("name", name)[1])
    sys.modules["solution"] = solution

    def run(name, code):
        linecache.cache[name] = (len(code), None, code.splitlines(True), name)
        exec(compile(code, name, "exec"), names)

    for index, code in [(-1, c) for c in whole["setup"]] + list(enumerate(whole["tests"])):
        try:
            run("<tests>" if index < 0 else "<test %d>" % index, code)
        except BaseException as error:
            report(index, "wrong" if isinstance(error, AssertionError) else "error", _explain(error))
            if index < 0 or whole["stop"]:
                break
            continue
        if index >= 0:
            report(index, "passed", "")
    write(b"!null\n")
    os._exit(0)


main()
