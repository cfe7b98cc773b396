/**
 * Phone numbers that match a pattern of libphonenumber's metadata, evenly from all of its branches; the
 * same ones each time.
 */
export function samplesOf(pattern: string, count: number): readonly string[] {
  const alternatives = new PatternReader(pattern).alternatives();
  const random = randomOf(count);
  return [...new Set(Array.from({ length: count }, () => textOf(alternatives, random)))];
}

/** A digit, or a group of alternatives, so many times. */
interface Part {
  readonly of: readonly string[] | readonly (readonly Part[])[];
  readonly least: number;
  readonly most: number;
}

const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));

type Random = (below: number) => number;

/** Reads what occurs in these patterns: digits, `\d`, `[…]`, `(?:…|…)`, `?`, `{n}` and `{n,m}`. */
class PatternReader {
  private at = 0;

  constructor(private readonly pattern: string) {}

  alternatives(): readonly (readonly Part[])[] {
    const all = [this.sequence()];
    while (this.takes('|')) all.push(this.sequence());
    return all;
  }

  private sequence(): readonly Part[] {
    const parts: Part[] = [];
    while (this.at < this.pattern.length && !'|)'.includes(this.pattern[this.at] ?? ''))
      parts.push({ of: this.atom(), ...this.times() });
    return parts;
  }

  private atom(): Part['of'] {
    if (this.takes('(?:')) {
      const inner = this.alternatives();
      this.takes(')');
      return inner;
    }
    if (this.takes('\\d')) return DIGITS;
    if (this.takes('[')) return this.class(this.upTo(']'));
    this.at += 1;
    return [this.pattern[this.at - 1] ?? ''];
  }

  private class(body: string): readonly string[] {
    return DIGITS.filter((digit) => new RegExp(`[${body}]`).test(digit));
  }

  private times(): Pick<Part, 'least' | 'most'> {
    if (this.takes('?')) return { least: 0, most: 1 };
    if (!this.takes('{')) return { least: 1, most: 1 };
    const [least = '1', most = least] = this.upTo('}').split(',');
    return { least: Number(least), most: Number(most) };
  }

  private takes(text: string): boolean {
    const isNext = this.pattern.startsWith(text, this.at);
    if (isNext) this.at += text.length;
    return isNext;
  }

  private upTo(end: string): string {
    const from = this.at;
    this.at = this.pattern.indexOf(end, from) + 1;
    return this.pattern.slice(from, this.at - 1);
  }
}

function textOf(alternatives: readonly (readonly Part[])[], random: Random): string {
  const parts = alternatives[random(alternatives.length)] ?? [];
  return parts
    .map(({ of, least, most }) => {
      const times = least + random(most - least + 1);
      return Array.from({ length: times }, () => oneOf(of, random)).join('');
    })
    .join('');
}

function oneOf(of: Part['of'], random: Random): string {
  const chosen = of[random(of.length)] ?? '';
  return typeof chosen === 'string' ? chosen : textOf([chosen], random);
}

/** A linear congruential generator (the constants of ANSI C): no test differs from run to run. */
function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}
