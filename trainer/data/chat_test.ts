import assert from "node:assert/strict";
import {
  BOXED_INSTRUCTION,
  ChatTemplate,
  promptMessages,
  questionOf,
  SYSTEM_PROMPT,
} from "./chat.ts";

Deno.test("promptMessages: system, then question and instruction; questionOf takes it back", () => {
  const messages = promptMessages("What is 1 + 1?");
  assert.deepEqual(messages, [
    { role: "system", content: SYSTEM_PROMPT },
    { role: "user", content: "What is 1 + 1?" + BOXED_INSTRUCTION },
  ]);
  assert.equal(questionOf(messages), "What is 1 + 1?");
});

Deno.test("questionOf: the last user message; another instruction stays", () => {
  const chat = [
    { role: "user", content: "first" },
    { role: "assistant", content: "answer" },
    { role: "user", content: "second, in a box" },
  ];
  assert.equal(questionOf(chat), "second, in a box");
  assert.throws(
    () => questionOf([{ role: "system", content: "" }]),
    /no message has role "user" \(system\)/,
  );
});

Deno.test("ChatTemplate: special tokens and the generation prompt reach the template", () => {
  const template = new ChatTemplate(
    "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{{ eos_token }}{% endfor %}" +
      "{% if add_generation_prompt %}[assistant]{% endif %}",
    { bos_token: "<s>", eos_token: "</s>" },
    "model/tokenizer_config.json",
  );
  const messages = [{ role: "user", content: "hi" }];
  assert.equal(template.render(messages), "<s>[user]hi</s>[assistant]");
  assert.equal(template.render(messages, { addGenerationPrompt: false }), "<s>[user]hi</s>");
});

Deno.test("ChatTemplate: the date, where a template asks for it as Llama's do", () => {
  const template = new ChatTemplate(
    "{%- if strftime_now is defined %}{%- set date = strftime_now('%d %b %Y') %}{%- endif %}{{- date }}",
    {},
    "model/tokenizer_config.json",
  );
  assert.match(template.render([]), /^\d\d [A-Z][a-z]{2} \d{4}$/);
});

Deno.test("ChatTemplate: errors name the file, and what the template says", () => {
  assert.throws(
    () => new ChatTemplate("{% if %}", {}, "model/chat_template.jinja"),
    /Cannot parse the chat template of model\/chat_template\.jinja: ./,
  );
  const refuses = new ChatTemplate(
    "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}",
    {},
    "model/tokenizer_config.json",
  );
  assert.throws(
    () => refuses.render(promptMessages("x")),
    /messages \(system, user\) by the chat template of model\/tokenizer_config\.json: System role not/,
  );
});
