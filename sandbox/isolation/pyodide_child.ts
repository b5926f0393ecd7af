/**
 * One Python program in Pyodide, in a process that may read Pyodide's own files and nothing else. The program can reach
 * everything in this process, so nothing but the program and its input is in it. Its job comes as JSON on standard
 * input; what it prints and its exit code are the process' own.
 */

import { loadPyodide } from "pyodide";

const RUN = `
def run(code):
    import sys, traceback
    try:
        exec(compile(code, "main.py", "exec"), {"__name__": "__main__", "__file__": "main.py"})
        return 0
    except SystemExit as error:
        if error.code is None or isinstance(error.code, int):
            return (error.code or 0) & 255
        print(error.code, file=sys.stderr)
    except BaseException as error:
        traceback.print_exception(type(error), error, error.__traceback__.tb_next)
    finally:
        sys.stdout.flush()
    return 1
run`;

const { code, stdin } = await new Response(Deno.stdin.readable).json();
const pyodide = await loadPyodide();
const input = [stdin];
const writer = (stream: typeof Deno.stdout) => ({
  write(bytes: Uint8Array) {
    return stream.writeSync(bytes);
  },
});
pyodide.setStdin({ stdin: () => input.shift() ?? null, autoEOF: false });
pyodide.setStdout(writer(Deno.stdout));
pyodide.setStderr(writer(Deno.stderr));
Deno.stdout.writeSync(new Uint8Array(1)); // now the program's time begins
Deno.exit(pyodide.runPython(RUN)(code));
