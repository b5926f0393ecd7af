/**
 * Answers that take long begin early: the headers go out a second after the work began, the body at its end. So a
 * client can tell waiting in the queue from working, and count only the second against a deadline.
 */

/** After so long at work, the headers go out. */
const SOON_MS = 1000;

/**
 * The work's result as JSON.
 *
 * @param begun settles when the work leaves the queue
 * @param failed what to answer where the work fails after the headers are gone; without one, the connection breaks
 * @throws what the work throws before the headers are gone
 */
export async function respond<T>(
  work: Promise<T>,
  begun: Promise<unknown>,
  failed?: (error: unknown) => T,
): Promise<Response> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slow = begun.then(() =>
    new Promise<typeof SLOW>((resolve) => timer = setTimeout(() => resolve(SLOW), SOON_MS))
  );
  slow.catch(() => {}); // the work fails in the same way
  const first = await Promise.race([work, slow]).finally(() => clearTimeout(timer));
  if (first !== SLOW) return Response.json(first);
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      try {
        const result = failed ? await work.catch(failed) : await work;
        controller.enqueue(new TextEncoder().encode(JSON.stringify(result)));
        controller.close();
      } catch (error) {
        controller.error(error);
      }
    },
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
}

const SLOW = Symbol("slow");
