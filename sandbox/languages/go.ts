import { installed, type Language, type Toolchain } from "./language.ts";
import { prepared } from "./prepared.ts";

/**
 * Go. Its compiler and linker are called directly, with the standard library compiled once for all jobs: `go build`
 * would compile that in every fresh sandbox, which takes half a minute.
 */
export const go: Language = {
  names: ["go"],
  file: "main.go",
  toolchain: () =>
    found ??= toolchain().catch((error) => {
      found = undefined; // The next request may have more luck.
      throw error;
    }),
  compile: (file) => ["sh", "-c", BUILD, file],
  run: () => ["./main"],
  reserves: true,
};

const BUILD = `"$GO" tool compile -p main -importcfg "$STD" -o main.o "$0" &&
"$GO" tool link -importcfg "$STD" -o main main.o`;

let found: Promise<Toolchain> | undefined;

async function toolchain(): Promise<Toolchain> {
  const { tools } = await installed("go", "go", "sh");
  const version = (await goSays(tools.go, ["env", "GOVERSION"], "/tmp")).trim();
  const folder = await prepared(version, async (folder) => {
    const format = "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}";
    const list = ["list", "-export", "-f", format, "std"];
    const packages = await goSays(tools.go, list, `${folder}/cache`);
    await Deno.writeTextFile(`${folder}/importcfg`, packages);
  });
  return {
    tools,
    binds: [folder],
    environment: { GO: tools.go, STD: `${folder}/importcfg`, GOTOOLCHAIN: "local" },
  };
}

async function goSays(go: string, args: string[], cache: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(go, {
    args,
    cwd: "/",
    clearEnv: true,
    env: {
      PATH: "/usr/bin:/bin",
      HOME: "/tmp",
      GOCACHE: cache,
      GOTOOLCHAIN: "local",
      GOENV: "off",
    },
  }).output();
  if (success) return new TextDecoder().decode(stdout);
  throw new Error(
    `Cannot prepare Go: ${go} ${args[0]} failed: ${new TextDecoder().decode(stderr).trim()}`,
  );
}
