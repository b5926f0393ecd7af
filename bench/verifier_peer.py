"""Math-Verify's side of verifier.ts: parses both sides and compares them, as its README shows, and times each pair."""
import logging
import resource
import time

from math_verify import ExprExtractionConfig, LatexExtractionConfig, StringExtractionConfig, parse, verify
from math_verify.errors import TimeoutException

from peer_protocol import serve, versions

# Some inputs ask for all the memory there is.
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
TIMED_OUT = []


class Watch(logging.Handler):
    """A timeout is caught and logged inside of Math-Verify, and looks like any other failure from outside."""

    def emit(self, record):
        if "imeout" in record.getMessage():
            TIMED_OUT.append(True)


for name in ("math_verify", "math_verify.parser", "math_verify.grader"):
    logger = logging.getLogger(name)
    logger.handlers, logger.propagate = [Watch()], False


def extraction(config):
    priority = config.get("boxed_priority", 50)
    kinds = {
        "latex": lambda: LatexExtractionConfig(boxed_match_priority=priority),
        "expr": ExprExtractionConfig,
        "string": StringExtractionConfig,
        "NativeLetters": StringExtractionConfig,
    }
    return [kinds[kind]() for kind in config.get("match_types", ["latex", "expr"])]


def judge(gold, pred, config, timeout):
    TIMED_OUT.clear()
    how, start = extraction(config), time.perf_counter()
    try:
        sides = [parse(text, how, parsing_timeout=timeout) for text in (gold, pred)]
        relation = {"allow_set_relation_comp": True} if config.get("allow_set_relation_comp") else {}
        accepted = verify(
            *sides, float_rounding=config.get("precision", 6), timeout_seconds=timeout, **relation
        )
    except TimeoutException:
        accepted = False
        TIMED_OUT.append(True)
    except Exception:  # noqa: BLE001 - what fails is not accepted
        accepted = False
    return {"accepted": accepted, "timedOut": bool(TIMED_OUT), "seconds": time.perf_counter() - start}


serve({"versions": lambda: versions("math-verify", "sympy"), "judge": judge})
