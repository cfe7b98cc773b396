/**
 * Conditions under which nothing is configured wrongly: persons, money, slots, audio, the network, the
 * order itself. Sources: docs/verification.md.
 */
import {
  ALL_RIGHT,
  didww,
  elsewhere,
  failed,
  farEnd,
  type Misconfiguration,
  network,
  nothingProven,
  open,
  person,
  together,
  transferOnly,
  vapi,
} from './misconfigured.js';
import { PERSON } from './verifying.js';

const personIs = (does: Parameters<typeof farEnd>[1]) => farEnd(PERSON, does);
const AGAIN = /when the person can take the call/;
const AUDIO = /RTP.+both directions/;
const SLOTS = /fewer calls.+concurrency limit/;
const CALL_FROM = /verification\.callFrom/;

const PERSONS: readonly Misconfiguration[] = [
  { name: 'person: busy', spoil: personIs('busy'), ...person(AGAIN) },
  { name: 'person: does not answer', spoil: personIs('no-answer'), ...person(AGAIN) },
  { name: 'person: declines', spoil: personIs('declines'), ...person(AGAIN) },
  { name: 'person: switched off', spoil: personIs('unavailable'), ...person(AGAIN) },
  { name: 'person: a voicemail answers', spoil: personIs('voicemail'), ...person(AGAIN) },
  { name: 'person: lifts and says nothing', spoil: personIs('silent'), ...ALL_RIGHT },
  {
    name: "person: refused by the person's own carrier",
    spoil: personIs('reject'),
    ...transferOnly('carrier', /transfer\.destination/),
  },
  {
    name: 'person: no such number',
    spoil: personIs('unknown'),
    ...transferOnly(['carrier', 'our-request'], /transfer\.destination/),
  },
  {
    name: 'transfer: Vapi does not tell its status, DIDWW has the record',
    spoil: vapi({ transferStatusReported: false }),
    ...ALL_RIGHT,
    realTimes: true,
  },
  {
    name: 'transfer: Vapi does not tell its status, and the record is late',
    spoil: together(vapi({ transferStatusReported: false }), didww({ cdrDelayMs: 3_600_000 })),
    ...ALL_RIGHT,
    transfer: open(['vapi', 'didww'], /ask the person.+later/i),
    slow: true,
  },
  {
    name: 'transfer: Vapi does not tell its status, and the records cannot be read',
    spoil: (world) => {
      vapi({ transferStatusReported: false })(world);
      world.sandbox.faults.fail('POST /exports', { status: 403, server: 'didww' });
    },
    ...ALL_RIGHT,
    transfer: open(['vapi', 'didww'], /ask the person.+later/i),
  },
];

const MONEY: readonly Misconfiguration[] = [
  {
    name: 'Vapi: subscription frozen',
    spoil: vapi({ billing: 'frozen' }),
    ...nothingProven('billing', /billing page/),
  },
  {
    name: 'Vapi: no credit left',
    spoil: vapi({ billing: 'insufficient-credits' }),
    ...nothingProven('billing', /billing page/),
  },
  {
    name: 'no free slot: calls wait',
    spoil: vapi({ slotsInUse: 10, overLimit: 'wait' }),
    ...nothingProven(['billing', 'vapi'], SLOTS),
    slow: true,
  },
  {
    name: 'no free slot: calls are refused',
    spoil: vapi({ slotsInUse: 10, overLimit: 'refuse' }),
    ...nothingProven(['billing', 'vapi'], SLOTS),
    slow: true,
  },
  {
    name: 'no free slot: calls end',
    spoil: vapi({ slotsInUse: 10, overLimit: 'end' }),
    ...nothingProven(['billing', 'vapi'], SLOTS),
    slow: true,
  },
  {
    name: 'the cap on spend pays for no call',
    spoil: () => undefined,
    order: { verification: { maxSpendUsd: 0.1 } },
    ...nothingProven('our-request', /verification\.maxSpendUsd/),
  },
];

const NETWORK: readonly Misconfiguration[] = [
  {
    name: 'audio: the caller is not heard',
    spoil: network({ lostAudio: 'from-caller' }),
    inbound: failed('network', AUDIO),
    outbound: failed('network', AUDIO),
    transfer: open('network', AUDIO),
  },
  {
    name: 'audio: the assistant is not heard',
    spoil: network({ lostAudio: 'to-caller' }),
    inbound: failed('network', AUDIO),
    outbound: failed('network', AUDIO),
    transfer: open('network', AUDIO),
  },
  {
    name: 'audio: nobody is heard',
    spoil: network({ lostAudio: 'both' }),
    inbound: failed('network', AUDIO),
    outbound: failed('network', AUDIO),
    transfer: open('network', AUDIO),
  },
  {
    name: "a number's call to itself is refused",
    spoil: network({ selfCalls: 'refused' }),
    ...nothingProven('carrier', CALL_FROM),
  },
  {
    name: "a number's call to itself rings nowhere",
    spoil: network({ selfCalls: 'lost' }),
    ...nothingProven('carrier', CALL_FROM),
  },
  {
    name: "a number's call to itself reaches its mailbox",
    spoil: network({ selfCalls: 'mailbox' }),
    ...elsewhere('carrier', CALL_FROM),
    inbound: open('carrier', CALL_FROM),
  },
  { name: "the caller's number is withheld on the way", spoil: network({ shownCaller: 'withheld' }), ...ALL_RIGHT },
  { name: "the caller's number is changed on the way", spoil: network({ shownCaller: 'changed' }), ...ALL_RIGHT },
  {
    name: "the transfer's leg carries the number of the connection",
    spoil: network({ referCallerId: 'did' }),
    ...ALL_RIGHT,
  },
  {
    name: 'callFrom is no number of the organisation',
    spoil: () => undefined,
    order: { verification: { callFrom: '+12025550142' } },
    ...nothingProven('our-request', CALL_FROM),
  },
  { name: 'nothing is wrong', spoil: () => undefined, ...ALL_RIGHT },
];

/** Nothing is configured wrongly. */
export const CONDITIONS: readonly Misconfiguration[] = [...PERSONS, ...MONEY, ...NETWORK];
