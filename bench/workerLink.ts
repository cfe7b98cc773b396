import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import {
  answerSchema,
  type Usage,
  usageSchema,
  type Order,
  type ScriptRun,
  scriptRunSchema,
} from './workerMessages.js';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
/** An order without the id that the link gives it. */
export type Wish = WithoutId<Order>;

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The worker process as the bench sees it. Every call throws where the process failed, or is gone. */
export class WorkerLink {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;

  constructor() {
    const program = fileURLToPath(new URL('workerProcess.ts', import.meta.url));
    this.child = fork(program, { execArgv: ['--import', import.meta.resolve('tsx')] });
    this.child.on('message', (message) => {
      this.hear(message);
    });
    this.child.once('error', (error) => {
      this.end(error);
    });
    this.child.once('exit', () => {
      this.end(new Error('The worker process has ended.'));
    });
  }

  /** Starts the worker; settles when it polls its queue. */
  async begin(settings: Omit<Extract<Order, { readonly do: 'begin' }>, 'do' | 'id'>): Promise<void> {
    await this.ask({ do: 'begin', ...settings });
  }

  /** Runs the plain script once. */
  script(request: unknown): Promise<ScriptRun> {
    return this.askFor(scriptRunSchema, { do: 'script', request });
  }

  /** What the process takes at this moment. */
  usage(): Promise<Usage> {
    return this.askFor(usageSchema, { do: 'usage' });
  }

  /** Ends the process and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  private async askFor<T>(schema: z.ZodType<T>, wish: Wish): Promise<T> {
    return schema.parse(await this.ask(wish));
  }

  private ask(wish: Wish): Promise<unknown> {
    const id = (this.lastId += 1);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.child.send({ ...wish, id }, (error) => {
        if (error !== null) reject(error);
      });
    });
  }

  private end(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  private hear(message: unknown): void {
    const { id, answer, error } = answerSchema.parse(message);
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) waiting?.resolve(answer);
    else waiting?.reject(new Error(error));
  }
}
