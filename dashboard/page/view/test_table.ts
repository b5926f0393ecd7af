/// <reference lib="dom" />
/** What a program's tests found, test by test. */

import type { TestCase, TestedProgram, TestFailure } from "../../run/critic_formats.ts";
import { h } from "../dom.ts";
import { percent } from "../quantity.ts";
import { visible } from "../text/visible.ts";

/** Characters of a cell: what the trainer writes is shorter. */
const CELL = 600;

/** `fails 2 of 8 tests`. */
function testCount({ passed, share, ran, failures }: TestedProgram, total?: number): string {
  if (passed) return total === undefined ? "passes its tests" : `passes all ${total} tests`;
  if (ran === 0) return "could not be tested";
  if (ran === undefined || failures === undefined || total === undefined) {
    return share === undefined ? "fails its tests" : `passes ${percent(share)} of its tests`;
  }
  if (ran < total) return `fails test ${ran} of ${total}, the rest was not run`;
  return `fails ${failures.length} of ${total} tests`;
}

/**
 * A table behind a line that says what came of it; only the line where the run did not write the tests down.
 *
 * @param tests what was asked of the program
 */
export function testTable(tested: TestedProgram, tests: readonly TestCase[] = []): HTMLElement {
  const { ran, failures = [] } = tested;
  const kind = tested.passed ? "right" : "wrong";
  const said = h("span", { class: kind }, testCount(tested, tests.length || undefined));
  const first = failures[0];
  if (tests.length === 0 || ran === undefined) {
    return h("p", { class: "tests" }, said, first && [" ", why(first)]);
  }
  const failed = new Map(failures.map((failure) => [failure.test, failure]));
  const asserted = tests.every(({ expected }) => expected === null);
  return h(
    "details",
    { class: "tests" },
    h("summary", {}, said, first && h("span", { class: "first" }, summary(first, tests))),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Tests" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", {}, h("span", { class: "unseen" }, "Result")),
            h("th", {}, "Input"),
            asserted ? null : h("th", {}, "Expected"),
            h("th", {}, "Got"),
          ),
        ),
        h(
          "tbody",
          {},
          tests.map(({ input, expected }, i) => {
            const failure = failed.get(i);
            const result = failure ? "wrong" : i < ran ? "right" : "";
            return h(
              "tr",
              {},
              h("td", { class: result }, mark(result)),
              cell(input),
              asserted ? null : cell(expected ?? ""),
              failure
                ? h("td", { class: "wrong" }, why(failure))
                : result
                ? cell(expected ?? "")
                : h("td", {}, "not run"),
            );
          }),
        ),
      ),
    ),
    failures.some(({ test }) => test >= tests.length) &&
      h(
        "p",
        { class: "note" },
        `Only the first ${tests.length} tests were written down.`,
        failures.filter(({ test }) => test >= tests.length).slice(0, 3).map((failure) => [
          ` Test ${failure.test + 1}: `,
          why(failure),
        ]),
      ),
  );
}

function mark(result: string): HTMLElement | string {
  if (result === "") return "–";
  const right = result === "right";
  return h("span", { role: "img", "aria-label": right ? "passed" : "failed" }, right ? "✓" : "✗");
}

function summary(failure: TestFailure, tests: readonly TestCase[]): string {
  const test = tests[failure.test];
  if (!test) return "";
  const got = failure.got ?? failure.message;
  const line = test.expected === null
    ? `${test.input} ${got}`
    : `${test.input} should give ${test.expected}${got && ", not "}${got}`;
  return visible(line.slice(0, 160));
}

function why({ got, message }: TestFailure): (HTMLElement | string)[] {
  return [
    ...(got === null ? [] : [h("code", {}, visible(got.slice(0, CELL)))]),
    ...(message === "" ? [] : [h("small", {}, visible(message.slice(0, CELL)))]),
  ];
}

function cell(text: string): HTMLElement {
  return h("td", {}, h("code", {}, visible(text.slice(0, CELL))));
}
