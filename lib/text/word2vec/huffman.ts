/** Huffman's code: the path to each word from the root of a tree in which frequent words are near. */

/** The way from the root to a word. */
export interface HuffmanPath {
  /** The inner nodes on the way, by their numbers from 0. */
  readonly nodes: readonly number[];
  /** At each of them the turn: 0 or 1. */
  readonly turns: readonly number[];
}

/**
 * The paths to all words in the tree that is built from below: again and again, the two rarest become the children of one node. n words have n − 1 inner
 * nodes, and the mean length of a path, by frequency, is the least possible.
 *
 * @param counts How often each word occurs.
 * @throws {RangeError} If there are fewer than two words.
 * @see Huffman (1952).
 */
export function huffmanPaths(counts: ArrayLike<number>): HuffmanPath[] {
  const words = counts.length;
  if (words < 2) throw new RangeError(`Cannot make a tree of ${words} words: there must be at least 2`);
  // Words in falling order of counts, and nodes as they are made in rising order: the rarest two are always at the two ends.
  const order = Array.from({ length: words }, (_, i) => i).sort((a, b) => counts[b]! - counts[a]! || a - b);
  const weight = new Float64Array(words - 1);
  const parentOfWord = new Int32Array(words);
  const parentOfNode = new Int32Array(words - 1);
  const turnOfWord = new Uint8Array(words);
  const turnOfNode = new Uint8Array(words - 1);
  let nextWord = words - 1;
  let nextNode = 0;
  for (let made = 0; made < words - 1; made++) {
    for (const turn of [0, 1]) {
      const word = nextWord >= 0 ? order[nextWord]! : -1;
      if (word >= 0 && (nextNode >= made || counts[word]! <= weight[nextNode]!)) {
        parentOfWord[word] = made;
        turnOfWord[word] = turn;
        weight[made]! += counts[word]!;
        nextWord--;
      } else {
        parentOfNode[nextNode] = made;
        turnOfNode[nextNode] = turn;
        weight[made]! += weight[nextNode]!;
        nextNode++;
      }
    }
  }
  const root = words - 2;
  return Array.from({ length: words }, (_, word) => {
    const nodes: number[] = [parentOfWord[word]!];
    const turns: number[] = [turnOfWord[word]!];
    while (nodes[0] !== root) {
      turns.unshift(turnOfNode[nodes[0]!]!);
      nodes.unshift(parentOfNode[nodes[0]!]!);
    }
    return { nodes, turns };
  });
}
