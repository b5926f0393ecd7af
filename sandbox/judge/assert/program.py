"""The untrusted side: loads the program and does what the tests ask. It never learns what they expect."""

import types


def _serve(module):
    def serve(peer, request):
        kind = request[0]
        if kind == "name":
            return ["value", peer.pack(getattr(module, request[1])), []]
        if kind == "call":
            return call(peer, peer.unpack(request[1]), request[2], request[3])
        if kind == "op":
            return ["value", peer.pack(OPERATIONS[request[1]](*[peer.unpack(a) for a in request[2]])), []]
        peer.lost("a request that is none")

    return serve


class _Theirs(Remote):
    """An object of the tests: what a program may do with it, the tests' side decides."""

    __slots__ = ()

    def _do(self, name, *args):
        peer = self._peer
        return peer.unpack(peer.ask("op", name, [peer.pack(self)] + [peer.pack(a) for a in args])[1])

    def __call__(self, *args, **kwargs):
        peer = self._peer
        answer = peer.ask("call", peer.pack(self), [peer.pack(a) for a in args], {k: peer.pack(v) for k, v in kwargs.items()})
        return peer.unpack(answer[1])

    def __getattr__(self, name):
        return self._do("getattr", name)

    def __setattr__(self, name, value):
        self._do("setattr", name, value)


for _op in ("iter", "next", "len", "bool", "int", "float", "str", "repr", "getitem", "setitem", "eq", "ne", "lt", "le",
            "gt", "ge", "hash", "add", "sub", "mul", "truediv", "radd", "rsub", "rmul", "neg", "abs"):
    setattr(_Theirs, "__%s__" % _op, lambda self, *a, _op=_op: self._do(_op, *a))


def main():
    readline, write = streams()
    made = {}

    def remote(peer, handle, kind="object", *_):
        return made.setdefault(handle, _Theirs(peer, handle))

    def failure(name, bases, args, text):
        known = [getattr(builtins, b, None) for b in [name] + bases]
        kind = next((k for k in known if isinstance(k, type) and issubclass(k, Exception)), RuntimeError)
        return kind(text)

    module = types.ModuleType("solution")
    sys.modules["solution"] = module
    peer = Peer(readline, write, _serve(module), remote, failure)
    peer.handle_of = lambda v: v._handle if type(v) is _Theirs else None
    _, preamble, code = peer.hear()
    try:
        # Apart: the program may begin with `from __future__`, and its lines keep their numbers.
        exec(preamble, module.__dict__)
        exec(compile(code, "solution.py", "exec"), module.__dict__)
        loaded = ["value", None, []]
    except BaseException as error:
        import traceback

        traceback.print_exc()
        loaded = peer.error(error)
    peer.tell(loaded)
    while True:
        try:
            message = peer.hear()
        except Gone:
            os._exit(0)
        answer = peer.answer(message)
        try:
            sys.stdout.flush()
        except Exception:
            pass  # the program closed or replaced it
        peer.tell(answer)


main()
