/**
 * What failed reads say of the accounts: keys, regions, products, API versions, assistants that are not
 * there.
 */
import { providerName } from '../../domain/reports/advice.js';
import { type Failure, PASSING_CLASSES } from '../../contract/failure.js';
import type { Request } from '../../contract/request.js';
import type { ProviderError } from '../../http/index.js';
import type { ApiUrls } from '../engine/dependencies.js';
import type { Facts, ReadFailure } from './facts.js';
import { adviceOn } from '../engine/failures.js';
import { assistantPath, type Finding, finding } from './finding.js';

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
    .map((error) =>
      finding(
        error.provider,
        `${error.provider}.account`,
        `Not everything could be checked at ${providerName(error.provider)}. ${error.message}`,
        adviceOn(error),
      ),
    );
}

/** The class of a refusal: a refused key wins over everything else. */
export const refusalClass = ({ failures }: Facts): Failure['class'] =>
  failures.some(({ error }) => error.errorClass === 'authentication') ? 'authentication' : 'refused';

const isPassing = ({ errorClass, isLasting }: ProviderError): boolean =>
  PASSING_CLASSES.includes(errorClass) && isLasting !== true;

function failureFinding(request: Request, failure: ReadFailure, urls: ApiUrls): Finding {
  const { error, of, assistantId } = failure;
  const { provider } = error;
  if (provider === 'vapi' && error.errorClass === 'authentication') return vapiKeyRefused(request, urls);
  if (of === 'assistant' && assistantId !== undefined && error.errorClass === 'not-found') {
    return assistantMissing(request, assistantId);
  }
  if (of === 'outbound-trunks' && error.errorClass === 'permission') return outboundNotAllowed(request, error);
  return finding(provider, `${provider}.account`, error.message, adviceOn(error));
}

function vapiKeyRefused({ region }: Request, urls: ApiUrls): Finding {
  const other = region === 'us' ? 'eu' : 'us';
  return finding(
    'vapi',
    'vapi.account',
    `Vapi at ${urls.vapi} does not accept the API key (401). A key belongs to one region, and the request says region ${region}.`,
    `Give the worker a private key of the organisation in VAPI_API_KEY, or set region to ${other} if that is the organisation's.`,
  );
}

const assistantMissing = (request: Request, assistantId: string): Finding =>
  finding(
    'vapi',
    assistantPath(request, assistantId),
    `Vapi knows no assistant ${assistantId} in region ${request.region} (404), or it belongs to the other region or organisation.`,
    "Check the assistant's id, and the region and key that belong to it.",
  );

/** Trunks are looked for in two ways, which DIDWW refuses alike: one finding. */
const outboundNotAllowed = ({ connection }: Request, error: ProviderError): Finding =>
  finding('didww', 'didww.account', error.message, `${adviceOn(error)} Then: patchbay retry ${connection}`);

function balanceFindings({ balance }: Facts): readonly Finding[] {
  if (balance === undefined || Number(balance.total) > 0) return [];
  const message = `The DIDWW account has nothing left to spend: its total balance is ${balance.total} USD.`;
  return [
    finding('didww', 'didww.balance', message, 'Top up the account at DIDWW: no call goes out without a balance.'),
  ];
}

const isSame = (one: Finding, other: Finding): boolean => one.path === other.path && one.message === other.message;
