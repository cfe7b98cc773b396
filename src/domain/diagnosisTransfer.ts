/** What in the configuration keeps a transfer from getting through: the conditions of a REFER (docs/providers/didww.md, Transfers (REFER)). */
import { type Configuration, covers, finding, PUT_BACK, PUT_BACK_VAPI, where } from './diagnosisConfiguration.js';
import { DIDWW_OUTBOUND_HOSTS, DIDWW_SIGNALLING_IPS } from './sip.js';
import type { Finding } from './testCallFacts.js';

const REFER = ['transfer'] as const;
const OURS = 'Set limits.channels to 2 or more.';

/** Empty where no transfer is wanted. */
export function transferFindings(configuration: Configuration): readonly Finding[] {
  const { transfer } = configuration;
  if (transfer === undefined) return [];
  return [...carrierFindings(configuration), ...toolFindings(configuration, transfer.destination)];
}

function carrierFindings({ inboundTrunk, outboundTrunk, inboundCredential }: Configuration): readonly Finding[] {
  const into = `The inbound trunk ${inboundTrunk?.id ?? ''}`;
  const out = `The outbound trunk ${outboundTrunk?.id ?? ''}`;
  const missing = DIDWW_SIGNALLING_IPS.filter(
    (ip) => outboundTrunk?.allowedSipIps.some((one) => covers(one, ip)) === false,
  );
  const hasPair = inboundTrunk === undefined || (inboundTrunk.authEnabled && inboundTrunk.hasPairOfOutbound);
  const channels = outboundTrunk?.capacityLimit ?? 2;
  return [
    ...where(
      inboundTrunk?.maxTransfers === 0,
      finding('didww', REFER, `${into} allows no transfers (max_transfers 0)`, PUT_BACK),
    ),
    ...where(
      !hasPair,
      finding('didww', REFER, `${into} does not hold the outbound trunk's user and password`, PUT_BACK),
    ),
    ...where(
      missing.length > 0,
      finding(
        'didww',
        REFER,
        `${out} does not allow DIDWW's own ${missing.join(', ')}, which a transfer comes from`,
        PUT_BACK,
      ),
    ),
    ...where(
      channels < 2,
      finding('our-request', REFER, `${out} has one channel, and a transfer test needs two`, OURS),
    ),
    ...where(
      inboundCredential?.hasUserOfOutbound === false,
      finding(
        'vapi',
        REFER,
        `The inbound credential ${inboundCredential?.id ?? ''} does not hold the outbound trunk's user`,
        PUT_BACK_VAPI,
      ),
    ),
  ];
}

/** docs/providers/vapi.md, Tools. */
function toolFindings({ tool, assistants, numbers }: Configuration, destination: string): readonly Finding[] {
  if (tool === undefined)
    return [finding('vapi', REFER, 'The transfer tool is not there', 'Set the connection up again.')];
  const named = `The transfer tool ${tool.id}`;
  const astray = tool.destinations.filter((uri) => userOf(uri) !== digits(destination) || !isAtDidww(uri));
  const withoutTool = numbers.filter(({ assistantId }) =>
    assistants.some(({ id, exists, hasTool }) => id === assistantId && exists && !hasTool),
  );
  return [
    ...where(astray.length > 0, finding('vapi', REFER, `${named} goes to ${astray[0] ?? 'nowhere'}`, PUT_BACK_VAPI)),
    ...where(
      tool.sipVerbs.some((verb) => (verb ?? 'refer') !== 'refer'),
      finding('vapi', REFER, `${named} does not transfer by REFER`, PUT_BACK_VAPI),
    ),
    ...withoutTool.map(({ number, assistantId }) =>
      finding(
        'assistant',
        REFER,
        `The assistant ${assistantId} does not have the transfer tool`,
        'Add the tool to the assistant at Vapi.',
        number,
      ),
    ),
  ];
}

const digits = (text: string): string => text.replace(/\D/g, '');
const userOf = (uri: string | undefined): string => digits(/^<?sips?:([^@;>]+)/i.exec(uri ?? '')?.[1] ?? uri ?? '');
const isAtDidww = (uri: string | undefined): boolean =>
  DIDWW_OUTBOUND_HOSTS.some((host) => uri?.includes(`@${host}`) === true);
