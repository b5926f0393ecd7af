/** A real browser and a real server, or a reason why not. */

import { type Browser, chromium, type Page, type Request } from "playwright-core";

const CHROMIUM = Deno.env.get("EMEND_CHROMIUM") ?? "/usr/bin/chromium";

/** A browser; null, with the reason printed, where there is none. */
export async function openBrowser(): Promise<Browser | null> {
  const found = await Deno.stat(CHROMIUM).then((file) => file.isFile, () => false);
  if (!found) {
    console.log(`skipped: there is no ${CHROMIUM}. Install chromium, or set EMEND_CHROMIUM`);
    return null;
  }
  return await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}

/** The server as `deno task dashboard` starts it. */
export interface Served extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/`. */
  url: string;
  /** Its process. */
  pid: number;
}

/** Serves a folder at a free port. */
export async function serve(folder: string, ...args: string[]): Promise<Served> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", "dashboard", folder, "--port", String(port), ...args],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const url = /http:\S+/.exec(new TextDecoder().decode(value))?.[0];
  reader.releaseLock();
  await child.stdout.cancel();
  if (!url) throw new Error("the server did not say where it is");
  return {
    url,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

/** A page that keeps what went wrong on it, and how many of its requests are under way. */
export async function openPage(
  browser: Browser,
  width: number,
  scheme: "light" | "dark" = "light",
): Promise<{ page: Page; errors: string[]; waiting: () => number }> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
  const errors: string[] = [], waiting = new Set<Request>();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("dialog", (dialog) => {
    errors.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("requestfinished", (request) => waiting.delete(request));
  page.on("requestfailed", (request) => waiting.delete(request));
  page.on("request", (request) => {
    waiting.add(request);
    if (!/^(http:\/\/127\.0\.0\.1:|data:|file:|blob:)/.test(request.url())) {
      errors.push(`asked for ${request.url()}`);
    }
  });
  return { page, errors, waiting: () => waiting.size };
}
