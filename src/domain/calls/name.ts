/** What names of ours begin with. */
const PREFIX = 'pb-';
/** Characters of the run's id in a call's name. */
export const RUN_CHARACTERS = 8;
/**
 * From here on the number of a call is written with letters, so that the longest slug still fits Vapi's 40
 * characters.
 */
const DECIMALS_END = 1_000;
const FIRST_LETTERED = 36 * 36 * 10;

/**
 * The name by which a test call is found again: `pb-<slug>-<8 characters of the run id>-<n>`, at most 40
 * characters (docs/providers/vapi.md, Calls). The last characters of the id are taken: the first ones of a
 * time-ordered id are the same for runs that began within a minute of each other.
 */
export const testCallName = (connection: string, runId: string, n: number): string =>
  `${verificationMark(connection, runId)}-${ordinal(n)}`;

/** What names of one verification begin with; also the reference of its export of call records. */
export const verificationMark = (connection: string, runId: string): string =>
  `${PREFIX}${connection}-${runMark(runId)}`;

const runMark = (runId: string): string => runId.replaceAll('-', '').slice(-RUN_CHARACTERS);

const ordinal = (n: number): string =>
  n < DECIMALS_END ? String(n) : (n - DECIMALS_END + FIRST_LETTERED).toString(36);
