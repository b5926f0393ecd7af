/// <reference lib="dom" />
/** A problem's group: what was asked, answered, said of it, refined, and learned. */

import type { ProblemRecord } from "../../run/formats.ts";
import { question } from "../../run/rollouts_file.ts";
import type { Settings } from "../../run/settings.ts";
import { h, svg } from "../dom.ts";
import { signed } from "../quantity.ts";
import { offPolicyWeight } from "../text/off_policy_weight.ts";
import { formula, richText } from "../text/rich_text.ts";
import { SHADES } from "../text/token_text.ts";
import { visible } from "../text/visible.ts";
import { answerCard } from "./answer_card.ts";
import { TEXT_MODES, type TextMode } from "./answer_text.ts";
import { placesOf } from "./places.ts";
import { count, kind, word } from "./verdict.ts";

/** How a group is shown. */
export interface GroupOptions {
  /** Of the run. */
  settings: Settings;
  /** How answers are shown. */
  mode: TextMode;
  /** Chooses another mode. */
  setMode(mode: TextMode): void;
  /** The address of the list. */
  back: string;
}

/** The elements of a group. */
export function groupView(record: ProblemRecord, options: GroupOptions): HTMLElement[] {
  const { rollouts, refinements, group, ground_truth } = record;
  const { settings, mode } = options;
  const places = placesOf(record), weight = offPolicyWeight(settings);
  const system = record.prompt.filter((message) => message.content !== question(record));
  const modes = h(
    "select",
    {
      "aria-label": "How answers are shown",
      onchange: () => options.setMode(modes.value as TextMode),
    },
    Object.entries(TEXT_MODES).map(([value, text]) =>
      h("option", { value, selected: value === mode }, text)
    ),
  );
  return [
    h("a", { class: "back", href: options.back }, "‹ all problems of this step"),
    h(
      "section",
      { class: "problem" },
      h("div", { class: "text", dir: "auto" }, richText(question(record))),
      system.length > 0 && h(
        "details",
        {},
        h("summary", {}, "The rest of the prompt"),
        system.map((message) =>
          h("div", { class: "text source" }, `${message.role}: ${visible(message.content)}`)
        ),
      ),
      h(
        "p",
        { class: "facts" },
        h("span", {}, "right answer ", h("b", {}, formula(ground_truth, false, ground_truth))),
        record.source !== null && h("span", {}, visible(String(record.source))),
        record.id !== null && h("span", {}, visible(String(record.id))),
        h("span", {}, count(rollouts.map((rollout) => rollout.outcome))),
      ),
    ),
    h(
      "div",
      { class: "toolbar" },
      h("h2", {}, "The group"),
      h("label", {}, "answers ", modes),
      scale(mode),
    ),
    learned(record, places),
    ...rollouts.map((rollout, i) =>
      h(
        "section",
        { class: "thread", id: `rollout-${i + 1}` },
        answerCard(`Rollout ${i + 1}`, rollout, {
          mode,
          weight,
          refined: false,
          fate: places[i].refinement === undefined
            ? `advantage ${signed(group[i]?.advantage ?? 0)}`
            : places[i].refinement === null
            ? "a refinement took its place"
            : `refinement of rollout ${refinements[places[i].refinement].of + 1} took its place`,
        }),
        rollout.critique !== null && h(
          "blockquote",
          { class: "critique" },
          h(
            "header",
            {},
            "Critique",
            rollout.critique_origin && h("small", {}, ` by ${word(rollout.critique_origin)}`),
          ),
          h("div", { class: "text", dir: "auto" }, richText(rollout.critique)),
        ),
        refinements.map((refinement, k) => {
          if (refinement.of !== i) return null;
          const place = places.findIndex((place) => place.refinement === k);
          return answerCard("Refinement", refinement, {
            mode,
            weight,
            refined: true,
            learned: group[place]?.logprobs,
            fate: place >= 0
              ? `in the place of rollout ${place + 1}, advantage ${signed(group[place].advantage)}`
              : refinement.selected
              ? "in the group"
              : "not selected",
          });
        }),
      )
    ),
  ];
}

/** The rows that were learned from: their verdicts, and how hard each was pushed up or down. */
function learned(
  { group, rollouts, refinements }: ProblemRecord,
  places: ReturnType<typeof placesOf>,
): HTMLElement {
  const most = Math.max(1e-9, ...group.map((row) => Math.abs(row.advantage)));
  const flat = group.every((row) => row.reward === group[0].reward);
  return h(
    "div",
    {},
    h(
      "ol",
      { class: "rows" },
      group.map(({ advantage, refined, reward }, i) => {
        const { refinement } = places[i];
        const source = refinement === undefined
          ? rollouts[i]
          : refinement === null
          ? null
          : refinements[refinement];
        return h(
          "li",
          { class: refined ? "refined" : "" },
          h(
            "a",
            {
              href: "#",
              onclick: (event: Event) => {
                event.preventDefault();
                const of = refinement === undefined || refinement === null
                  ? i
                  : refinements[refinement].of;
                document.getElementById(`rollout-${of + 1}`)?.scrollIntoView({ block: "start" });
              },
              title: `row ${i + 1}: ${
                refined ? "refinement" : "rollout"
              }, reward ${reward}, advantage ${signed(advantage)}`,
            },
            bar(advantage, most),
            h(
              "span",
              { class: source ? kind(source.outcome) : reward > 0 ? "right" : "wrong" },
              refined ? "R" : String(i + 1),
            ),
            h("small", {}, signed(advantage)),
          ),
        );
      }),
    ),
    flat &&
      h(
        "p",
        { class: "note" },
        "All rows are worth the same: every advantage is zero, and nothing was learned here.",
      ),
  );
}

/** Up from the middle or down from it. */
function bar(advantage: number, most: number): SVGElement {
  const height = 26 * Math.abs(advantage) / most;
  return svg(
    "svg",
    { viewBox: "0 0 24 54", "aria-hidden": "true" },
    svg("line", { x1: 0, x2: 24, y1: 27, y2: 27 }),
    svg("rect", {
      class: advantage > 0 ? "up" : "down",
      x: 5,
      width: 14,
      height: height.toFixed(1),
      y: (advantage > 0 ? 27 - height : 27).toFixed(1),
    }),
  );
}

function scale(mode: TextMode): HTMLElement | null {
  if (mode !== "logprob" && mode !== "weight") return null;
  return h(
    "span",
    { class: "scale" },
    mode === "logprob" ? "p " : "f(π) of refinements in the group ",
    SHADES.map((least, i) =>
      h("span", { class: `t t${i}` }, i === SHADES.length - 1 ? `<${SHADES[i - 1]}` : `≥${least}`)
    ),
  );
}
