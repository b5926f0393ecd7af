/// <reference lib="dom" />
/** A problem's group: what was asked, answered, said of it, refined, and learned. */

import type { ProblemRecord } from "../../run/formats.ts";
import { question } from "../../run/rollouts_file.ts";
import { h } from "../dom.ts";
import { signed } from "../quantity.ts";
import { offPolicyWeight } from "../text/off_policy_weight.ts";
import { formula, richText } from "../text/rich_text.ts";
import { visible } from "../text/visible.ts";
import { advantageBars } from "./advantage_bars.ts";
import { answerCard } from "./answer_card.ts";
import { backLink, groupBar, type GroupOptions } from "./group_parts.ts";
import { groupRows } from "./group_rows.ts";
import { placesOf } from "./places.ts";
import { count, word } from "./verdict.ts";

/** The elements of a group. */
export function groupView(record: ProblemRecord, options: GroupOptions): HTMLElement[] {
  const { rollouts, refinements, group, ground_truth } = record;
  const { settings, mode } = options;
  const places = placesOf(record), weight = offPolicyWeight(settings);
  const system = record.prompt.filter((message) => message.content !== question(record));
  return [
    backLink(options),
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
    groupBar("The group", "answers", ["read", "source", "logprob", "weight"], options),
    advantageBars(groupRows(record, places)),
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
