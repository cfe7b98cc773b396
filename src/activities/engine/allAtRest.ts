/**
 * What all of these answer, once all of them have come to rest: an attempt that fails leaves nothing running
 * into the next one. Throws what the first of them in order threw.
 */
export async function allAtRest<T extends readonly Promise<unknown>[] | []>(
  requests: T,
): Promise<{ -readonly [At in keyof T]: Awaited<T[At]> }> {
  await Promise.allSettled(requests);
  return Promise.all(requests);
}
