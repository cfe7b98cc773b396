/** What only shows where aliases and merge keys of a YAML document are followed. */
import { type Document, isAlias, isCollection, isMap, isPair, isScalar, isSeq, type Node } from 'yaml';

/** What is wrong, and how far into the text. */
export interface YamlFault {
  readonly offset: number;
  readonly words: string;
}

/** A request of a thousand numbers, each with all its members, has less than a tenth of it. */
export const MOST_VALUES = 200_000;
/** Thrice what a request has. */
const DEEPEST = 100;

/**
 * The first alias that names no anchor, stands inside of what it names, or multiplies values without end;
 * the first merge key that merges no mapping.
 */
export function yamlFault(document: Document): YamlFault | undefined {
  try {
    valuesIn(document.contents, { anchors: new Map(), sizes: new Map(), open: [] });
    return undefined;
  } catch (error) {
    if (error instanceof Found) return error.fault;
    throw error;
  }
}

/** Ends the walk. */
class Found extends Error {
  constructor(readonly fault: YamlFault) {
    super(fault.words);
  }
}

/** What the walk has passed, in the order of the text, and the nodes that it is in. */
interface Walk {
  readonly anchors: Map<string, Node>;
  readonly sizes: Map<Node, number>;
  readonly open: Node[];
}

/** How many values a node stands for once its aliases are followed. */
function valuesIn(node: unknown, walk: Walk): number {
  if (isAlias(node)) return walk.sizes.get(named(node, walk)) ?? 1;
  if (!isScalar(node) && !isCollection(node)) return 1;
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, node);
  if (isScalar(node)) return 1;
  if (walk.open.length >= DEEPEST) fail(node, 'it is nested too deeply');
  walk.open.push(node);
  const size = node.items.reduce<number>((sum, item) => sum + valuesOfItem(item, walk), 1);
  walk.open.pop();
  if (size > MOST_VALUES) fail(node, `its aliases multiply to more than ${MOST_VALUES.toLocaleString('en-US')} values`);
  walk.sizes.set(node, size);
  return size;
}

function valuesOfItem(item: unknown, walk: Walk): number {
  if (!isPair(item)) return valuesIn(item, walk);
  const size = valuesIn(item.key, walk) + valuesIn(item.value, walk);
  if (isMergeKey(item.key) && !isMergeable(item.value, walk)) {
    fail(item.key as Node, '<< merges mappings alone: an alias of one, or a list of such aliases');
  }
  return size;
}

function named(alias: Node & { readonly source: string }, { anchors, open }: Walk): Node {
  const { source } = alias;
  const node = anchors.get(source);
  if (node === undefined) fail(alias, `the alias *${source} names no anchor: &${source} is not above it`);
  if (open.includes(node)) fail(alias, `the alias *${source} is inside what &${source} names`);
  return node;
}

const isMergeKey = (key: unknown): boolean =>
  isScalar(key) &&
  (key.value === '<<' || (typeof key.value === 'symbol' && key.value.description === '<<')) &&
  key.type === 'PLAIN';

function isMergeable(value: unknown, walk: Walk, isInList = false): boolean {
  const node = isAlias(value) ? named(value, walk) : value;
  return isMap(node) || (!isInList && isSeq(node) && node.items.every((item) => isMergeable(item, walk, true)));
}

function fail(node: Node, words: string): never {
  throw new Found({ offset: node.range?.[0] ?? 0, words });
}
