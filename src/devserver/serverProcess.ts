/**
 * The dev server as a process: how it is started, what it says, and how it surely ends. Does not: what it
 * is told to serve, and when it is ready (`devServer.ts`).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { whyOf } from '../domain/reports/systemFault.js';
import type { LockFile } from './databaseLock.js';

/** How a dev server is run. */
export interface ProcessOptions {
  /** The Temporal CLI. */
  readonly cliPath: string;
  /** It keeps nothing, so that it may be killed. */
  readonly isDisposable: boolean;
  /** Locked before the server starts, and until it has ended. */
  readonly lock?: Pick<LockFile, 'path' | 'fd'>;
  /** Receives what it prints to standard error, line by line. */
  readonly log?: (line: string) => void;
}

/** Exit codes of the shell that keeps the server: sysexits.h's "temporary failure" and "unavailable". */
const LOCKED = 75;
const CANNOT_LOCK = 69;

const STOP_DEADLINE_MS = 5_000; // usually 10 ms; then the process is killed

/**
 * The server dies with us, however we die: it runs in a group of its own (so that Ctrl-C reaches it only
 * through us), and a reader on our pipe ends it as soon as the pipe closes, which the kernel does for us
 * even after SIGKILL. Its files are for our user alone: a database holds the numbers and ids of real
 * accounts.
 *
 * Where there is a lock file, it is open as descriptor 3, and locked for as long as any process has it
 * open: this shell or the server. Not every system has flock; those without have Perl.
 */
const KEEPER = `
exec 5<&0 4>&2 2>/dev/null
umask 077
signal=$1 lock=$2; shift 2
if [ -n "$lock" ]; then
  flock -n 3; got=$?
  case $got in
    126 | 127) perl -e 'use Fcntl ":flock"; open(my $f, ">&=", 3) or exit 2; exit !flock($f, LOCK_EX | LOCK_NB)'; got=$? ;;
  esac
  case $got in 0) ;; 1) exit ${String(LOCKED)} ;; *) exit ${String(CANNOT_LOCK)} ;; esac
  printf '{"pid":%s}' "$PPID" >"$lock"
fi
"$@" </dev/null 2>&4 5<&- 4>&- & server=$!
trap 'kill -"$signal" "$server"' HUP INT TERM
{ read -r _; kill -"$signal" "$server"; } <&5 3<&- 4>&- & reader=$!
wait "$server"; code=$?
kill "$reader"
exit "$code"`;

/** As programs in Go begin the line that tells why they end; a trace of their stack may come after it. */
const TELLING = /^(?:Error: |panic: |fatal error: )/;

/** The server's process ended before it was ready. */
export class ServerEnded extends Error {
  /** What it said last, in one line. */
  readonly words: string;

  constructor(
    lines: readonly string[],
    /** The lock kept it from starting: another process has it, or it cannot be locked here. */
    readonly lock?: 'held' | 'impossible',
  ) {
    super(`The Temporal dev server ended while starting.\n${lines.join('\n')}`);
    const said = (lines.find((line) => TELLING.test(line)) ?? lines.at(-1) ?? 'nothing').replace(
      /^Error: (?:failed starting server: )?/,
      '',
    );
    this.words = said.replaceAll(/"(?:[^"\\]|\\.){80,}"/g, '"…"').replace(/[.\s]+$/, ''); // a statement of SQL
  }
}

/**
 * The process of a dev server, which is started at once. Whoever starts it stops it; it ends with us in any
 * case.
 */
export class ServerProcess {
  readonly #keeper: ChildProcess;
  readonly #lastLines: string[] = [];
  #listening = false;
  #stopping = false;
  #ended = false;
  #code: number | null = null;
  /** Settles once its process is gone, whoever ended it. */
  readonly ended: Promise<void>;

  constructor({ cliPath, isDisposable, lock, log }: ProcessOptions, args: readonly string[]) {
    const signal = isDisposable ? 'KILL' : 'TERM';
    this.#keeper = spawn('/bin/sh', ['-c', KEEPER, 'sh', signal, lock?.path ?? '', cliPath, ...args], {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', lock?.fd ?? 'ignore'],
      env: ownEnvironment(),
    });
    this.ended = new Promise((resolve) => {
      this.#keeper.once('error', () => resolve()).once('exit', () => resolve());
    });
    this.#keeper.once('error', (error) => {
      this.#lastLines.push(`/bin/sh cannot be started: ${whyOf(error)}`);
      this.#ended = true;
    });
    this.#keeper.once('exit', (code) => {
      this.#code = code;
      this.#ended = true;
    });
    this.#keeper.stdin?.on('error', () => undefined); // the reader may be gone first
    this.#keeper.stdout?.on('data', () => (this.#listening = true));
    eachLine(this.#keeper.stderr, (line) => {
      this.#lastLines.push(line);
      if (this.#lastLines.length > 10) this.#lastLines.splice(TELLING.test(this.#lastLines[0] ?? '') ? 1 : 0, 1);
      if (!this.#stopping) log?.(line); // while it stops it complains about its own stopping
    });
    this.#hold(false); // a program that has nothing else to do ends, and the server with it
  }

  /**
   * Whether it has bound its ports: it prints where it listens, and nothing before. Asking the port alone
   * could reach another server that holds it. Throws `ServerEnded` once the process is gone.
   */
  isListening(): boolean {
    if (this.#ended) {
      const lock = this.#code === LOCKED ? 'held' : this.#code === CANNOT_LOCK ? 'impossible' : undefined;
      throw new ServerEnded(this.#lastLines, lock);
    }
    return this.#listening;
  }

  /** Ends the server and returns when its process is gone. May be called twice. */
  async stop(): Promise<void> {
    if (this.#ended) return;
    this.#stopping = true;
    this.#hold(true);
    const gone = once(this.#keeper, 'exit');
    this.#keeper.stdin?.end();
    const kill = setTimeout(() => {
      if (this.#keeper.pid !== undefined) process.kill(-this.#keeper.pid, 'SIGKILL');
    }, STOP_DEADLINE_MS);
    await gone;
    clearTimeout(kill);
  }

  #hold(alive: boolean): void {
    const change = alive ? 'ref' : 'unref';
    this.#keeper[change]();
    const streams = this.#keeper.stdio as ChildProcess['stdio'] | undefined; // none where no file can be opened
    for (const stream of streams ?? []) {
      if (stream && change in stream) (stream as unknown as Record<'ref' | 'unref', () => void>)[change]();
    }
  }
}

/** The server gets no provider keys and no Temporal client settings of ours. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'] as const;
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function eachLine(stream: NodeJS.ReadableStream | null, line: (text: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.filter((text) => text.trim() !== '').forEach(line);
  });
}
