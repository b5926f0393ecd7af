/** A group of either method. */

import { isCriticRecord } from "../../run/critic_formats.ts";
import { criticGroupView } from "./critic_group.ts";
import { groupView } from "./group.ts";
import type { ShowGroup } from "./load_group.ts";

/** The elements of a group. */
export const anyGroupView: ShowGroup = (record, options) =>
  isCriticRecord(record) ? criticGroupView(record, options) : groupView(record, options);
