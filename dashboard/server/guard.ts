/** Who may ask, and what a browser may do with the answer. */

import { isLoopback, type ServeOptions } from "../options.ts";

/** Answers a request. */
export type Handler = (request: Request) => Response | Promise<Response>;

/**
 * Everything comes from this server; a script that slipped into a page would not run, and could not call anyone.
 * (KaTeX and uPlot set styles through the object model, which the policy allows.)
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src data:",
  "img-src data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

const COOKIE = "emend_token";

/** The handler behind checks of method, host and token. */
export function guarded(
  handler: Handler,
  { host, port, token }: Omit<ServeOptions, "folder">,
): Handler {
  // A page elsewhere can make its own name point at 127.0.0.1, but then that name is in the header.
  const hosts = isLoopback(host)
    ? [`${host}:${port}`, `[${host}]:${port}`, `localhost:${port}`, `127.0.0.1:${port}`]
    : null;
  const answer = async (request: Request): Promise<Response> => {
    if (request.method !== "GET") return plain(405, "These pages can only be read.");
    if (hosts && !hosts.includes(request.headers.get("host") ?? "")) {
      return plain(403, `Open http://127.0.0.1:${port}/ instead.`);
    }
    if (token !== null) {
      const url = new URL(request.url);
      if (await same(url.searchParams.get("token"), token)) {
        // Out of the address, the history and every screenshot.
        const cookie = `${COOKIE}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`;
        return new Response(null, {
          status: 303,
          headers: { location: "/", "set-cookie": cookie },
        });
      }
      if (!await same(cookieOf(request), token)) {
        return plain(
          401,
          "This page asks for a token: open the address that `deno task dashboard` printed.",
        );
      }
    }
    return await handler(request);
  };
  return async (request) => {
    const response = await answer(request);
    for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
    return response;
  };
}

/** A short answer in words. */
export function plain(status: number, text: string): Response {
  return new Response(text + "\n", {
    status,
    headers: { "content-type": "text/plain; charset=utf-8" },
  });
}

function cookieOf(request: Request): string | null {
  const cookies = request.headers.get("cookie")?.split(/;\s*/) ?? [];
  const value = cookies.find((cookie) => cookie.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
  try {
    return value === undefined ? null : decodeURIComponent(value);
  } catch {
    return null;
  }
}

/** Whether two secrets are equal, told in a time that does not depend on where they differ. */
async function same(given: string | null, expected: string): Promise<boolean> {
  if (given === null) return false;
  const [a, b] = await Promise.all(
    [given, expected].map(async (text) =>
      new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))
    ),
  );
  return a.reduce((difference, byte, i) => difference | (byte ^ b[i]), 0) === 0;
}
