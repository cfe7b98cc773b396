/**
 * What failed reads say of the accounts: keys, regions, products, API versions, assistants that are not there.
 */
import { adviceFor, providerName } from '../domain/advice.js';
import { type Failure, PASSING_CLASSES } from '../domain/failure.js';
import type { Request } from '../domain/request.js';
import type { ProviderError } from '../http/index.js';
import type { ApiUrls } from '../domain/contract.js';
import type { Facts, ReadFailure } from './preflightFacts.js';
import { assistantPath, type Finding, finding } from './preflightFinding.js';

/** The version that every DIDWW answer must have (docs/providers/didww.md, Transport and versions). */
const DIDWW_API_VERSION = '2026-04-16';

/** Problems of the accounts themselves, each once however many reads it failed, and the balance. */
export function accountFindings(request: Request, facts: Facts, urls: ApiUrls): readonly Finding[] {
  const definite = facts.failures.filter(({ error }) => !isPassing(error));
  const all = [...definite.map((failure) => failureFinding(request, failure, urls)), ...balanceFindings(facts)];
  return all.filter((one, at) => all.findIndex((other) => isSame(one, other)) === at);
}

/** Reads that may succeed a little later. */
export const passingFailures = ({ failures }: Facts): readonly ProviderError[] =>
  failures.map(({ error }) => error).filter(isPassing);

/** Says, beside definite problems, that more may come up: one finding a provider. */
export function unreadFindings(facts: Facts): readonly Finding[] {
  const errors = passingFailures(facts);
  return errors
    .filter((error, at) => errors.findIndex(({ provider }) => provider === error.provider) === at)
    .map(({ provider, message, errorClass }) =>
      finding(
        provider,
        `${provider}.account`,
        `Not everything could be checked at ${providerName(provider)}. ${message}`,
        adviceFor(errorClass, provider),
      ),
    );
}

/** The class of a refusal: a refused key wins over everything else. */
export const refusalClass = ({ failures }: Facts): Failure['class'] =>
  failures.some(({ error }) => error.errorClass === 'authentication') ? 'authentication' : 'refused';

/** A version that does not fit is no fault that passes, although it comes as an answer that cannot be understood. */
const isPassing = (error: ProviderError): boolean =>
  PASSING_CLASSES.includes(error.errorClass) && !isVersionComplaint(error);

const isVersionComplaint = ({ provider, errorClass, message }: ProviderError): boolean =>
  provider === 'didww' && errorClass === 'unexpected-answer' && /\bAPI version\b/.test(message);

function failureFinding(request: Request, failure: ReadFailure, urls: ApiUrls): Finding {
  const { error, of, assistantId } = failure;
  const { provider } = error;
  if (error.errorClass === 'authentication') return keyRefused(request, provider, urls);
  if (isVersionComplaint(error)) return wrongVersion(error);
  if (of === 'assistant' && assistantId !== undefined && error.errorClass === 'not-found') {
    return assistantMissing(request, assistantId);
  }
  if (of === 'outbound-trunks' && error.errorClass === 'permission') return outboundNotEnabled(request);
  return finding(provider, `${provider}.account`, error.message, adviceFor(error.errorClass, provider));
}

function keyRefused({ region }: Request, provider: ProviderError['provider'], urls: ApiUrls): Finding {
  if (provider === 'didww') {
    return finding(
      'didww',
      'didww.account',
      `DIDWW at ${urls.didww} does not accept the API key (401).`,
      "Give the worker a valid key of this account in DIDWW_API_KEY; look also at the key's list of allowed addresses at DIDWW.",
    );
  }
  const other = region === 'us' ? 'eu' : 'us';
  return finding(
    'vapi',
    'vapi.account',
    `Vapi at ${urls.vapi} does not accept the API key (401). A key belongs to one region, and the request says region ${region}.`,
    `Give the worker a private key of the organisation in VAPI_API_KEY, or set region to ${other} if that is the organisation's.`,
  );
}

function wrongVersion({ message }: ProviderError): Finding {
  const version = /is of API version ([^\s,;]+)/.exec(message)?.[1];
  const answer = version === undefined ? 'without naming its API version' : `in API version ${version}`;
  return finding(
    'didww',
    'didww.account',
    `DIDWW answers ${answer}; Patchbay works with ${DIDWW_API_VERSION}.`,
    `Set the account's API version to ${DIDWW_API_VERSION} in DIDWW's user panel or by its support, and check DIDWW_API_URL.`,
  );
}

const assistantMissing = (request: Request, assistantId: string): Finding =>
  finding(
    'vapi',
    assistantPath(request, assistantId),
    `Vapi knows no assistant ${assistantId} in region ${request.region} (404), or it belongs to the other region or organisation.`,
    "Check the assistant's id, and the region and key that belong to it.",
  );

const outboundNotEnabled = ({ connection }: Request): Finding =>
  finding(
    'didww',
    'didww.account',
    'Outbound calling is not enabled for this DIDWW account (403).',
    `Ask DIDWW support to enable "Outbound", then: patchbay retry ${connection}`,
  );

function balanceFindings({ balance }: Facts): readonly Finding[] {
  if (balance === undefined || Number(balance.total) > 0) return [];
  const message = `The DIDWW account has nothing left to spend: its total balance is ${balance.total} USD.`;
  return [
    finding('didww', 'didww.balance', message, 'Top up the account at DIDWW: no call goes out without a balance.'),
  ];
}

const isSame = (one: Finding, other: Finding): boolean => one.path === other.path && one.message === other.message;
