/** The object of a sandbox's table that has this name. Throws where there is none. */
export function named<T extends { readonly name?: string | null | undefined }>(
  objects: ReadonlyMap<string, T>,
  name: string,
): T {
  const found = [...objects.values()].find((object) => object.name === name);
  if (found === undefined) throw new Error(`nothing is named ${name}`);
  return found;
}
