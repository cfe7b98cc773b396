#!/usr/bin/env node
import { whyOf } from '../domain/reports/systemFault.js';
import { EXIT } from './exitCodes.js';
import { tell } from './output/errorText.js';
import { processIo } from './output/io.js';
import { printable } from './output/paint.js';
import { runProgram } from './program.js';

const say = (line: string): void => void process.stderr.write(printable(`${line}\n`));

// Whoever reads our output may stop reading; that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  say(`The answer cannot be written to standard output: ${whyOf(error)}. A run that was started continues.`);
  say('Fix that; patchbay status shows how a run ended.');
  process.exit(EXIT.usage);
});
// The work continues where nobody can be told of it.
process.stderr.on('error', () => undefined);

// Node itself would end with 1, which means that everything was rolled back.
process.on('uncaughtException', (error) => {
  const { lines, exitCode } = tell(error);
  for (const line of lines) say(line);
  process.exit(exitCode);
});

const exitCode = await runProgram(process.argv.slice(2), processIo);
// What is still open (a worker that could not come to rest) must not keep the process.
process.stdout.write('', () => process.exit(exitCode));
