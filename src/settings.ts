/**
 * How settings are read from the environment: all alike trimmed, all wrong ones named in one message.
 * Belongs here: what holds for every setting. Does not: which settings there are (`config.ts` and its
 * neighbours).
 */
import { isReplaced } from './domain/text/decoded.js';
import { hiddenWords } from './domain/text/hiddenCharacters.js';
import { trimmed } from './domain/text/setting.js';

/** Environment variables, as `process.env` has them; empty ones count as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One setting that is missing or malformed. Never holds its value. */
export interface SettingProblem {
  readonly setting: string;
  readonly problem: string;
}

/** Stops a program at start. The message names every wrong setting, one a line. */
export class ConfigError extends Error {
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    const lines = problems.map(({ setting, problem }) => `  ${setting} ${problem}`);
    super(['Settings in the environment are missing or malformed:', ...lines].join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** What a program reads its settings from; `wrong` notes what is wrong with one. */
export class Settings {
  readonly #given: ReadonlyMap<string, string>;
  readonly #read = new Set<string>();
  readonly #problems: SettingProblem[] = [];

  constructor(env: Environment) {
    const texts = Object.entries(env).map(([name, value]) => [name, trimmed(value ?? '')] as const);
    this.#given = new Map(texts.filter(([, text]) => text !== ''));
  }

  /** A setting, trimmed; undefined where it is empty. */
  get(name: string): string | undefined {
    this.#read.add(name);
    return this.#given.get(name);
  }

  /** Every setting that is given and whose name fits, as by `get`. */
  all(names: RegExp): Record<string, string> {
    const found = [...this.#given].filter(([name]) => names.test(name));
    for (const [name] of found) this.#read.add(name);
    return Object.fromEntries(found);
  }

  /** Notes the problem; what it returns is never used, since a problem stops the program. */
  wrong(setting: string, problem: string): string {
    this.#problems.push({ setting, problem });
    return '';
  }

  /** Whether a setting whose name fits is known to be wrong. */
  isWrong(names: RegExp): boolean {
    return this.#problems.some(({ setting }) => names.test(setting));
  }

  /** What is wrong with all that was read. */
  problems(): readonly SettingProblem[] {
    for (const name of this.#read) this.#refuseHidden(name);
    return this.#problems;
  }

  /** A setting that looks right and is not: said instead of what else it is refused for. */
  #refuseHidden(setting: string): void {
    const text = this.#given.get(setting) ?? '';
    const problem = isReplaced(text) ? 'is not UTF-8' : hiddenWords(text, true);
    if (problem === undefined) return;
    const at = this.#problems.findIndex((one) => one.setting === setting);
    this.#problems.splice(at === -1 ? this.#problems.length : at, at === -1 ? 0 : 1, { setting, problem });
  }
}

/** Reads settings. Throws `ConfigError` with everything that is wrong with those that were read. */
export function checked<T>(env: Environment, read: (settings: Settings) => T): T {
  const settings = new Settings(env);
  const config = read(settings);
  const problems = settings.problems();
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}
