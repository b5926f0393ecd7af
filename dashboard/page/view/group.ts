/// <reference lib="dom" />
/** A problem's group: what was asked, answered, said of it, refined, and learned. */

import type { ProblemRecord } from "../../run/formats.ts";
import { question } from "../../run/rollouts_file.ts";
import type { Settings } from "../../run/settings.ts";
import { h } from "../dom.ts";
import { signed } from "../quantity.ts";
import { offPolicyWeight } from "../text/off_policy_weight.ts";
import { formula, richText } from "../text/rich_text.ts";
import { SHADES } from "../text/token_text.ts";
import { visible } from "../text/visible.ts";
import { answerCard } from "./answer_card.ts";
import { TEXT_MODES, type TextMode } from "./answer_text.ts";
import { groupRows } from "./group_rows.ts";
import { placesOf } from "./places.ts";
import { count, word } from "./verdict.ts";

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
    groupRows(record, places),
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
