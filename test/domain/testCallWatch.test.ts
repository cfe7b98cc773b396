import { describe, expect, test } from 'vitest';
import { type CallLook, type CallMove, nextMove as nextMoveAt } from '../../src/domain/calls/nextMove.js';
import { CALL_TIMES, limitsOf } from '../../src/domain/calls/times.js';
import { inbound, outbound, refusedWith } from './verdictGiven.js';

const nextMove = (look: CallLook): CallMove => nextMoveAt(look, CALL_TIMES);
const LIMITS = limitsOf(45, 60);
const TRANSFER_LIMITS = limitsOf(90, 60);

const ended = (members: Partial<CallLook> = {}): CallLook => ({
  limits: LIMITS,
  expectsInbound: true,
  outbound: outbound(),
  inbound: inbound(),
  sincePlaced: 20_000,
  sinceChange: 0,
  sinceEnded: 0,
  nudged: false,
  ...members,
});
const talking = (members: Partial<CallLook> = {}): CallLook =>
  ended({
    outbound: outbound({ status: 'in-progress' }),
    inbound: inbound({ status: 'in-progress' }),
    sinceAnswered: 1_000,
    ...members,
  });
const without = (look: CallLook, ...members: (keyof CallLook)[]): CallLook =>
  Object.fromEntries(
    Object.entries(look).filter(([name]) => !members.includes(name as keyof CallLook)),
  ) as unknown as CallLook;

describe('following a call', () => {
  test('is done once both legs have ended and both sides were heard', () => {
    expect(nextMove(ended()).kind).toBe('done');
  });

  test('waits for a call that Vapi does not show yet, and not for ever', () => {
    expect(nextMove(without(ended({ sincePlaced: 100 }), 'outbound', 'inbound')).kind).toBe('wait');
    expect(nextMove(without(ended({ sincePlaced: CALL_TIMES.visibleWithin }), 'outbound', 'inbound')).kind).toBe(
      'done',
    );
  });

  test('waits longer for an inbound leg where somebody answered than where nobody did', () => {
    const refused = without(
      ended({ outbound: refusedWith('customer-busy'), sinceEnded: CALL_TIMES.inboundAfterRefusal }),
      'inbound',
    );
    expect(nextMove(refused).kind).toBe('done');
    expect(nextMove({ ...refused, outbound: outbound() }).kind).toBe('wait');
    expect(nextMove({ ...refused, outbound: outbound(), sinceEnded: CALL_TIMES.inboundAfterAnswer }).kind).toBe('done');
  });

  test('does not wait for an inbound leg of a call that Vapi never let start', () => {
    expect(
      nextMove(without(ended({ outbound: refusedWith('call.start.error-subscription-frozen') }), 'inbound')).kind,
    ).toBe('done');
  });

  test('waits for words that are still to come, longer where there are none at all', () => {
    const oneSided = ended({ inbound: inbound({ userSpoke: false }), sinceChange: CALL_TIMES.wordsOfOneSide - 1 });
    expect(nextMove(oneSided).kind).toBe('wait');
    expect(nextMove({ ...oneSided, sinceChange: CALL_TIMES.wordsOfOneSide }).kind).toBe('done');
    const mute = ended({
      outbound: outbound({ botSpoke: false, userSpoke: false }),
      inbound: inbound({ botSpoke: false, userSpoke: false }),
    });
    expect(nextMove({ ...mute, sinceChange: CALL_TIMES.wordsOfOneSide }).kind).toBe('wait');
    expect(nextMove({ ...mute, sinceChange: CALL_TIMES.wordsOfNobody }).kind).toBe('done');
  });

  test('hangs up a call that outlasts its own stops, again if that was of no use, and gives up at the end of its window', () => {
    const endless = talking({ sinceAnswered: 70_000 });
    expect(nextMove(endless)).toEqual({ kind: 'hang-up', why: 'too-long' });
    expect(nextMove({ ...endless, sinceHungUp: 100 }).kind).toBe('wait');
    expect(nextMove({ ...endless, sinceHungUp: CALL_TIMES.hangUpAgain }).kind).toBe('hang-up');
    expect(nextMove({ ...endless, sinceHungUp: 100, sincePlaced: LIMITS.window }).kind).toBe('done');
  });

  test('gives a call up that waits for a slot for too long', () => {
    const queued = without(
      ended({ outbound: { ...refusedWith('x'), status: 'queued' }, sincePlaced: LIMITS.queued + 1 }),
      'inbound',
      'sinceEnded',
    );
    expect(nextMove(queued)).toEqual({ kind: 'hang-up', why: 'no-slot' });
  });

  test('speaks up once where both sides wait for the other to begin', () => {
    const mute = talking({
      outbound: outbound({ status: 'in-progress', botSpoke: false, userSpoke: false }),
      inbound: inbound({ status: 'in-progress', botSpoke: false, userSpoke: false }),
      sinceAnswered: CALL_TIMES.nudgeAfter,
    });
    expect(nextMove(mute).kind).toBe('nudge');
    expect(nextMove({ ...mute, nudged: true }).kind).toBe('wait');
  });
});

describe('a transfer call', () => {
  const asking = (members: Partial<NonNullable<CallLook['transfer']>> = {}, more: Partial<CallLook> = {}): CallLook =>
    talking({
      limits: TRANSFER_LIMITS,
      transfer: { fired: false, forced: false, decided: false, ...members },
      ...more,
    });

  test('is forced where the assistant answers the wish for a person and does not transfer, or does nothing in time', () => {
    expect(nextMove(asking()).kind).toBe('wait');
    expect(nextMove(asking({ sinceAnswer: CALL_TIMES.forceTransferAfterAnswer })).kind).toBe('force-transfer');
    expect(nextMove(asking({}, { sinceInboundAnswered: CALL_TIMES.forceTransferAfter })).kind).toBe('force-transfer');
  });

  test('that may last only a little while is forced halfway through it', () => {
    const short = asking({}, { limits: limitsOf(20, 60), sinceInboundAnswered: 10_000 });
    expect(nextMove(short).kind).toBe('force-transfer');
    expect(nextMove({ ...short, sinceInboundAnswered: 9_000 }).kind).toBe('wait');
  });

  test('is forced once, and never where the tool fired', () => {
    expect(nextMove(asking({ sinceAnswer: 10_000, forced: true })).kind).toBe('wait');
    expect(nextMove(asking({ sinceAnswer: 10_000, fired: true })).kind).toBe('wait');
  });

  test('is waited for until its status is told, for a while', () => {
    const over = ended({
      limits: TRANSFER_LIMITS,
      transfer: { fired: true, forced: false, decided: false },
      sinceChange: 1_000,
    });
    expect(nextMove(over).kind).toBe('wait');
    expect(nextMove({ ...over, sinceChange: CALL_TIMES.transferStatus }).kind).toBe('done');
    expect(nextMove({ ...over, transfer: { fired: true, forced: false, decided: true } }).kind).toBe('done');
  });
});
