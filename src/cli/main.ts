#!/usr/bin/env node
import { processIo } from './screen/io.js';
import { runProgram } from './program.js';

// Whoever reads our output may stop reading; that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const exitCode = await runProgram(process.argv.slice(2), processIo);
// What is still open (a worker that could not come to rest) must not keep the process.
process.stdout.write('', () => process.exit(exitCode));
