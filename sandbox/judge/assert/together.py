import json, os


def _main():
    write, fd = os.write, os.dup(1)
    os.dup2(2, 1)
    source = os.fdopen(os.dup(0), "rb", 0)

    def line():
        # Byte by byte: nothing of the tests may be in this process while the program is loaded.
        data = bytearray()
        while not data.endswith(b"\n"):
            data += source.read(1) or b"\n"
        return json.loads(bytes(data))

    dumps, base, wrong = json.dumps, BaseException, AssertionError
    first = line()
    names = {"__name__": "solution"}
    exec(first["preamble"], names)
    exec(compile(first["code"], "solution.py", "exec"), names)
    rest = line()
    for index, code in [(-1, c) for c in rest["setup"]] + list(enumerate(rest["tests"])):
        outcome, message = "passed", ""
        try:
            exec(compile(code, "tests.py", "exec"), names)
        except base as error:
            outcome = "wrong" if isinstance(error, wrong) else "error"
            message = "%s: %s" % (type(error).__name__, error)
        if index >= 0 or outcome != "passed":
            write(fd, ("\n" + rest["nonce"] + dumps([index, outcome, message[:2000]]) + "\n").encode())
        if outcome != "passed" and (index < 0 or rest["stop"]):
            break
    os._exit(0)


_main()
