import type { OutboundTrunk } from '../didww/index.js';
import type { TransferDestination, TransferStatus } from '../vapi/index.js';
import type { CallRow } from './callRow.js';
import { outboundLeg, occupying } from './carrierLegs.js';
import type { Conversation } from './conversation.js';
import { deliver } from './delivery.js';
import type { Party } from './party.js';
import { orderTransfer } from './transferAdmission.js';
import type { World } from './world.js';

/**
 * Carries out an announced transfer. Vapi's row always ends `assistant-forwarded-call`; whether anything
 * rang is told by `artifact.transfers[].status` and by DIDWW's records alone (docs/providers/vapi.md,
 * Transfers). That a caller whose transfer came to nothing is disconnected is assumed.
 */
export function transfer(
  world: World,
  conversation: Conversation,
  from: Party,
  destination: TransferDestination,
): void {
  const { row } = from;
  if (row === undefined) return;
  const { admission, caller, called } = orderTransfer(world, row, from.origin, destination);
  row.end('assistant-forwarded-call', conversation.secondsOf(from));
  conversation.calleeLeft();
  if (admission?.kind === 'admitted') {
    ring(world, conversation, row, caller, admission);
    return;
  }
  if (admission?.trunk !== undefined) {
    outboundLeg(world.didww, admission.trunk, { source: caller, cli: '', called }).close(
      admission.code,
      0,
      'Destination',
    );
  }
  row.transferred('failed');
  conversation.nobodyJoined();
}

function ring(
  world: World,
  conversation: Conversation,
  row: CallRow,
  source: string,
  { trunk, cli, called }: { readonly trunk: OutboundTrunk; readonly cli: string; readonly called: string },
): void {
  const leg = occupying(outboundLeg(world.didww, trunk, { source, cli, called }), world.channels.take([trunk.id]));
  const ringing = deliver(world, { caller: cli, called }, (outcome) => {
    if (outcome.kind === 'answered') {
      leg.answered();
      row.transferred('connected');
      conversation.calleeJoined({ ...outcome.party, legs: [...outcome.party.legs, leg] });
      return;
    }
    leg.close(outcome.code, 0, 'Destination');
    row.transferred(statusOf(outcome.code));
    conversation.nobodyJoined();
  });
  conversation.whileRinging(() => {
    ringing.cancel();
    leg.close(487, 0, 'Origination');
    row.transferred('failed');
  });
}

function statusOf(code: number): TransferStatus {
  if (code === 486) return 'busy';
  return code === 487 ? 'no-answer' : 'failed';
}
