/** Numbers about a server, in Prometheus' text format. */

/** Upper ends of the histogram's buckets, seconds. */
const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

type Labels = Readonly<Record<string, string | number>>;

interface Family {
  help: string;
  type: "counter" | "gauge" | "histogram";
  /** Value by label text. */
  samples: () => Iterable<[suffix: string, labels: string, value: number]>;
}

/** A registry of counters, gauges and histograms. */
export class Metrics {
  readonly #families = new Map<string, Family>();

  /** A number that only grows, by labels. */
  counter(name: string, help: string): (labels?: Labels, by?: number) => void {
    const values = new Map<string, number>();
    this.#families.set(name, {
      help,
      type: "counter",
      samples: () => [...values].map(([labels, value]) => ["", labels, value]),
    });
    return (labels = {}, by = 1) => {
      const key = labelText(labels);
      values.set(key, (values.get(key) ?? 0) + by);
    };
  }

  /** A number that is asked for when somebody looks. */
  gauge(
    name: string,
    help: string,
    value: () => number,
    type: "gauge" | "counter" = "gauge",
  ): void {
    this.#families.set(name, { help, type, samples: () => [["", "", value()]] });
  }

  /** How often durations fell into which range. */
  histogram(name: string, help: string): (seconds: number) => void {
    const counts = BUCKETS.map(() => 0);
    let sum = 0, count = 0;
    this.#families.set(name, {
      help,
      type: "histogram",
      samples: () => [
        ...BUCKETS.map((
          le,
          i,
        ): [string, string, number] => ["_bucket", labelText({ le }), counts[i]]),
        ["_bucket", labelText({ le: "+Inf" }), count],
        ["_sum", "", sum],
        ["_count", "", count],
      ],
    });
    return (seconds) => {
      BUCKETS.forEach((le, i) => seconds <= le && counts[i]++);
      sum += seconds;
      count++;
    };
  }

  /** All of them, as a scraper reads them. */
  text(): string {
    let text = "";
    for (const [name, { help, type, samples }] of this.#families) {
      text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
      for (const [suffix, labels, value] of samples()) {
        text += `${name}${suffix}${labels} ${value}\n`;
      }
    }
    return text;
  }
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) =>
    `${key}=${JSON.stringify(String(value))}`
  );
  return pairs.length > 0 ? `{${pairs.join(",")}}` : "";
}
