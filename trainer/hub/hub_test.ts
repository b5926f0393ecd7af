import assert from "node:assert/strict";
import { join } from "node:path";
import { temporaryFolder } from "../../tests/command_line.ts";
import { builtinFolder } from "../../tests/model_folder.ts";
import { loadModel } from "../../gpu/model/mod.ts";
import { Tokenizer } from "../data/tokenizer.ts";
import { silentReporter } from "../run/progress.ts";
import { hubData, hubModel, hubOf, type HubPlace, isHubId } from "./hub.ts";

/** A hub of local files: path on the server to path here. */
async function withHub(
  files: Record<string, string>,
  test: (place: HubPlace, requests: string[]) => Promise<void>,
): Promise<void> {
  await using cache = await temporaryFolder();
  const requests: string[] = [];
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (r) => {
    const { pathname } = new URL(r.url);
    requests.push(pathname);
    if (r.headers.get("authorization") !== "Bearer hf_secret") {
      return new Response("Invalid username or password.", { status: 401 });
    }
    const path = files[pathname];
    return path ? new Response(await Deno.readFile(path)) : new Response("", { status: 404 });
  });
  const endpoint = `http://127.0.0.1:${server.addr.port}`;
  await test({ endpoint, token: "hf_secret", cache: cache.path }, requests);
}

/** What a repository holds, by its address. */
function repository(id: string, folder: string, names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((n) => [`/${id}/resolve/main/${n}`, join(folder, n)]));
}

Deno.test("hub: the environment says where it is and where files go", () => {
  assert.deepEqual(hubOf({ HOME: "/home/me" }), {
    endpoint: "https://huggingface.co",
    token: undefined,
    cache: "/home/me/.cache/emend/hub",
  });
  assert.deepEqual(
    hubOf({ HF_ENDPOINT: "https://mirror/", HF_TOKEN: "t", XDG_CACHE_HOME: "/c", HOME: "/h" }),
    { endpoint: "https://mirror", token: "t", cache: "/c/emend/hub" },
  );
  assert.ok(isHubId("Qwen/Qwen2.5-0.5B"));
  for (const other of ["model", "/root/model", "./a/b", "a/b/c", "../x", "a/..b/"]) {
    assert.ok(!isHubId(other), other);
  }
});

Deno.test("hub: a model comes once, and loads", async () => {
  await using folder = await temporaryFolder();
  const model = await builtinFolder(folder.path);
  const names = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"];
  await withHub(repository("me/tiny", model, names), async (place, requests) => {
    const path = await hubModel("me/tiny", place, silentReporter());
    assert.deepEqual(loadModel(path).weights.data, loadModel(model).weights.data);
    assert.ok((await Tokenizer.load(path)).vocabSize > 0);
    const before = requests.length;
    assert.equal(await hubModel("me/tiny", place, silentReporter()), path);
    assert.equal(requests.length, before, "a whole model needs no network");
  });
});

Deno.test("hub: a model in shards comes as its index says, and only by file names", async () => {
  await using folder = await temporaryFolder();
  const model = await builtinFolder(folder.path);
  const names = ["config.json", "tokenizer.json", "tokenizer_config.json"];
  const index = join(model, "model.safetensors.index.json"),
    shard = "model-00001-of-00001.safetensors";
  await Deno.rename(join(model, "model.safetensors"), join(model, shard));
  const weight_map = Object.fromEntries(
    [...loadShard(join(model, shard))].map((name) => [name, shard]),
  );
  await Deno.writeTextFile(index, JSON.stringify({ weight_map }));
  const files = repository("me/tiny", model, [...names, "model.safetensors.index.json", shard]);
  await withHub(files, async (place) => {
    loadModel(await hubModel("me/tiny", place, silentReporter()));
  });
  await Deno.writeTextFile(index, JSON.stringify({ weight_map: { a: "../../evil.safetensors" } }));
  await withHub(files, async (place) => {
    await assert.rejects(
      hubModel("me/tiny", place, silentReporter()),
      /The index of me\/tiny names a file that is none of its own: \.\.\/\.\.\/evil/,
    );
  });
});

/** The tensors' names in a safetensors file. */
function loadShard(path: string): string[] {
  const bytes = Deno.readFileSync(path);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  return Object.keys(header).filter((name) => name !== "__metadata__");
}

Deno.test("hub: another family is refused before its weights come", async () => {
  await using folder = await temporaryFolder();
  const config = join(folder.path, "config.json");
  await Deno.writeTextFile(config, '{"model_type":"gemma3"}');
  await withHub({ "/me/gemma/resolve/main/config.json": config }, async (place, requests) => {
    await assert.rejects(
      hubModel("me/gemma", place, silentReporter()),
      /model_type is "gemma3"; supported: qwen2, /,
    );
    assert.equal(requests.length, 1);
  });
});

Deno.test("hub: a page in a file's place is told, and not kept", async () => {
  await using folder = await temporaryFolder();
  const model = await builtinFolder(folder.path), tokenizer = join(model, "tokenizer.json");
  const whole = await Deno.readFile(tokenizer);
  await Deno.writeTextFile(tokenizer, "<html>Log in</html>");
  const names = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"];
  await withHub(repository("me/tiny", model, names), async (place) => {
    await assert.rejects(
      hubModel("me/tiny", place, silentReporter()),
      /me\/tiny\/resolve\/main\/tokenizer\.json is not JSON: it begins with <html>Log in.*HF_ENDPOINT/,
    );
    await Deno.writeFile(tokenizer, whole);
    loadModel(await hubModel("me/tiny", place, silentReporter()));
  });
});

Deno.test("hub: what is not there, and what may not be read", async () => {
  await withHub({}, async (place) => {
    await assert.rejects(
      hubModel("me/no", place, silentReporter()),
      /The model me\/no has no config\.json on http:\/\/127\.0\.0\.1/,
    );
    const data = { repository: "me/set", config: "default", split: "test" };
    await assert.rejects(
      hubData(data, place, silentReporter()),
      /has no default\/test\/0000\.parquet of me\/set\. Set data\.files=FILE/,
    );
    await assert.rejects(
      hubModel("me/private", { ...place, token: undefined }, silentReporter()),
      /HTTP 401 Invalid username or password\.\. Check the name; where it is private or gated, put a token into HF_TOKEN/,
    );
  });
});

Deno.test("hub: a data set comes from the branch of converted files", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "rows");
  await Deno.writeTextFile(file, "rows");
  const address = "/datasets/me/set/resolve/refs%2Fconvert%2Fparquet/main/test/0000.parquet";
  await withHub({ [address]: file }, async (place) => {
    const data = { repository: "me/set", config: "main", split: "test" };
    const path = await hubData(data, place, silentReporter());
    assert.equal(await Deno.readTextFile(path), "rows");
  });
});
