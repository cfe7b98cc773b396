import { type Command, InvalidArgumentError } from 'commander';
import { DURATION_PATTERN, durationMs } from '../domain/text/duration.js';
import {
  type DidwwVersion,
  didwwVersions,
  latencySpec,
  loadScenario,
  type Sandbox,
  startSandbox,
} from '../sandbox/index.js';
import { systemFault } from '../domain/reports/systemFault.js';
import { EXIT } from './exitCodes.js';
import type { Io } from './output/io.js';
import { command, type JsonOption, type CommandContext } from './commandContext.js';
import { UsageError } from './usageError.js';

/** DIDWW, Vapi US, Vapi EU and the control API listen on neighbouring ports. */
const PORTS = 4;
const LAST_PORT = 65_535;

type SandboxCommandOptions = JsonOption & {
  readonly portBase?: number;
  readonly latency?: number;
  readonly scenario?: string;
  readonly didwwVersion?: DidwwVersion;
};

/** `patchbay sandbox`. */
export function sandboxCommand(context: CommandContext): Command {
  return command('sandbox', 'Play DIDWW, Vapi and the phone network on this machine, until it is stopped.', [
    'patchbay sandbox',
    'patchbay sandbox --json --port-base 9000 --latency 100ms',
    'patchbay sandbox --scenario blocked-number.yaml --didww-version 2026-04-16',
  ])
    .option('--port-base <port>', `the first of ${String(PORTS)} ports; free ones are chosen without it`, port)
    .option('--latency <duration>', 'how long every answer takes, such as 100ms', latency)
    .option('--scenario <file>', 'numbers, faults and switches to start with, YAML or JSON')
    .option(
      '--didww-version <version>',
      `API version of the DIDWW account, ${didwwVersions.join(' or ')}; else the scenario's, or the latter`,
      didwwVersion,
    )
    .action((options: SandboxCommandOptions) =>
      context.run(options, async (screen) => {
        const { portBase, latency: latencyMs, scenario: file, didwwVersion } = options;
        const scenario = file === undefined ? undefined : await scenarioFrom(file);
        const sandbox = await startSandbox({ portBase, latencyMs, scenario, didwwVersion }).catch(explain(portBase));
        screen.document(document(sandbox));
        screen.answer(introduction(sandbox));
        await interruption(context.io);
        await sandbox.stop();
        return EXIT.done;
      }),
    );
}

function document(sandbox: Sandbox): object {
  const { didwwUrl, didwwAuthUrl, vapiUrl, vapiEuUrl, controlUrl, didwwApiKey, vapiApiKey, vapiEuApiKey } = sandbox;
  const { assistantId, euAssistantId, numbers } = sandbox;
  const addresses = { didwwUrl, didwwAuthUrl, vapiUrl, vapiEuUrl, controlUrl };
  return { ...addresses, didwwApiKey, vapiApiKey, vapiEuApiKey, assistantId, euAssistantId, numbers };
}

/** The keys are the sandbox's own inventions and open nothing else. */
function introduction(sandbox: Sandbox): string[] {
  return [
    `DIDWW      ${sandbox.didwwUrl}   version ${sandbox.didww.switches.apiVersion}, tokens at ${sandbox.didwwAuthUrl}/token`,
    `Vapi US    ${sandbox.vapiUrl}   assistant ${sandbox.assistantId}`,
    `Vapi EU    ${sandbox.vapiEuUrl}   assistant ${sandbox.euAssistantId}, key ${sandbox.vapiEuApiKey}`,
    `Control    ${sandbox.controlUrl}/state (also /requests /calls /faults /latency /switches /tokens)`,
    `Numbers    ${sandbox.numbers.join(' ')}`,
    '',
    'A worker on it:',
    `  DIDWW_API_URL=${sandbox.didwwUrl} DIDWW_API_KEY=${sandbox.didwwApiKey} \\`,
    `  VAPI_API_URL=${sandbox.vapiUrl} VAPI_API_KEY=${sandbox.vapiApiKey} npx patchbay worker`,
    '',
    'Ctrl-C stops it.',
  ];
}

async function scenarioFrom(file: string): ReturnType<typeof loadScenario> {
  try {
    return await loadScenario(file);
  } catch (error) {
    throw new UsageError(
      error instanceof Error ? error.message : String(error),
      'Correct it and run the same command again.',
    );
  }
}

function explain(portBase: number | undefined): (error: unknown) => never {
  return (error) => {
    const fault = systemFault(error);
    if (fault === undefined || portBase === undefined) throw error;
    const last = String(portBase + PORTS - 1);
    const where = fault.of === undefined ? '' : ` (${fault.of})`;
    throw new UsageError(
      `The ports ${String(portBase)} to ${last} cannot all be listened on: ${fault.why}${where}.`,
      'Give another --port-base, from 1024 on, or none: free ports are then chosen.',
    );
  };
}

function interruption(io: Io): Promise<void> {
  return new Promise((resolve) => {
    const off = io.onInterrupt(() => {
      off();
      resolve();
    });
  });
}

function port(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number + PORTS - 1 <= LAST_PORT) return number;
  throw new InvalidArgumentError(`It must be a port number from 1 to ${String(LAST_PORT - PORTS + 1)}.`);
}

function latency(text: string): number {
  if (text === '0') return 0;
  const ms = DURATION_PATTERN.test(text) ? durationMs(text) : Infinity;
  if (latencySpec.safeParse({ latencyMs: ms }).success) return ms;
  throw new InvalidArgumentError('It must be a duration such as 100ms, at most 60s.');
}

function didwwVersion(text: string): DidwwVersion {
  const version = didwwVersions.find((known) => known === text);
  if (version === undefined) throw new InvalidArgumentError(`It must be ${didwwVersions.join(' or ')}.`);
  return version;
}
