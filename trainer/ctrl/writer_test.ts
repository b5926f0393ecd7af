import assert from "node:assert/strict";
import { chatServer } from "./testing/chat_server.ts";
import { EndpointWriter, WriterGone } from "./writer.ts";

const chats = (...texts: string[]) => texts.map((content) => [{ role: "user", content }]);
const draw = { maxTokens: 7, temperature: 0.5, topP: 0.8 };

Deno.test("a server is asked for what was asked for, and answers stay in order", async () => {
  await using server = chatServer(({ messages: [{ content }], ...rest }) =>
    `${content}: ${JSON.stringify(rest)}`
  );
  const writer = new EndpointWriter({
    baseUrl: server.url,
    model: "m",
    repetitionPenalty: 1.05,
  });
  const written = await writer.write(chats("a", "b"), { ...draw, seeds: [2 ** 31, 4] });
  const common = { model: "m", max_tokens: 7, temperature: 0.5, top_p: 0.8 };
  assert.deepEqual(
    written,
    [[1, "a"], [4, "b"]].map(([seed, name]) => ({
      text: `${name}: ${JSON.stringify({ ...common, seed, repetition_penalty: 1.05 })}`,
    })),
  );
});

Deno.test("one chat that is refused is a fault; a server in trouble is asked again", async () => {
  let failures = 2;
  await using server = chatServer(({ messages: [{ content }] }) =>
    content === "too long" ? 400 : failures-- > 0 ? 503 : "fine"
  );
  const writer = new EndpointWriter({ baseUrl: server.url, model: "m", backoffMs: 1 });
  const [refused, answered] = await writer.write(chats("too long", "x"), draw);
  assert.match(refused.fault!, /HTTP 400/);
  assert.equal(refused.text, "");
  assert.deepEqual(answered, { text: "fine" });
});

Deno.test("a server that refuses everything from the first is not asked through a whole file", async () => {
  let most = 1;
  await using server = chatServer(({ messages: [{ content }] }) =>
    content.length > most ? 400 : "x"
  );
  const writer = new EndpointWriter({ baseUrl: server.url, model: "m" });
  await assert.rejects(
    writer.write(chats("abc", "def"), draw),
    (error) =>
      error instanceof WriterGone && /refuses every request: .*HTTP 400/.test(error.message),
  );
  most = 3;
  await writer.write(chats("abc"), draw);
  assert.match((await writer.write(chats("abcd"), draw))[0].fault!, /HTTP 400/);
});

Deno.test("a server that stays away, or refuses the key, ends the work with a word on going on", async () => {
  for (const status of [503, 401]) {
    await using server = chatServer(() => status);
    const writer = new EndpointWriter({
      baseUrl: server.url,
      model: "m",
      attempts: 2,
      backoffMs: 1,
    });
    await assert.rejects(
      writer.write(chats("x"), draw),
      (error) => error instanceof WriterGone && /start the command again/.test(error.message),
    );
  }
});
