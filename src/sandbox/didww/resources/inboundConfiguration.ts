import { z } from 'zod';

import { allowOnly } from '../jsonapi/body.js';
import { type Problem, missingParam } from '../jsonapi/errors.js';
import { snakeKeys } from '../jsonapi/names.js';
import type { Context } from '../jsonapi/resource.js';
import type { InboundConfiguration } from '../state.js';
import { mergeSipConfiguration, showSipConfiguration, sipDefaults } from './sipConfiguration.js';

const AT = '/attributes/configuration';

const shape = z.object({ type: z.string(), attributes: z.record(z.string(), z.unknown()).default({}) });

/**
 * The configuration as it would be. Required on create (400/106); on update what is sent is merged into
 * what stands, and the type must be sent and match (docs/providers/didww.md, Inbound trunks). The text for
 * a wrong type is assumed.
 */
export function readConfiguration(
  { account, form }: Context,
  sent: unknown,
  standing: InboundConfiguration | undefined,
  problems: Problem[],
): InboundConfiguration | undefined {
  if (sent === undefined || sent === null) {
    if (standing === undefined) throw missingParam('configuration');
    return undefined;
  }
  const parsed = shape.safeParse(sent);
  const wrongType = (): undefined => {
    problems.push({ field: 'type', message: 'is invalid', pointer: `${AT}/type` });
    return undefined;
  };
  if (!parsed.success || (standing !== undefined && standing.type !== parsed.data.type)) return wrongType();
  const { type, attributes } = parsed.data;
  switch (type) {
    case 'sip_configurations': {
      const before = standing?.type === type ? standing : { ...sipDefaults, codecIds: form.defaultCodecIds };
      return mergeSipConfiguration(before, attributes, form.sip(account.switches), problems);
    }
    case 'pstn_configurations':
      return pstn(standing, attributes, problems);
    default:
      return wrongType();
  }
}

/** A configuration as a read shows it. */
export function showConfiguration({ account, form }: Context, configuration: InboundConfiguration): unknown {
  const { type, ...members } = configuration;
  const attributes =
    configuration.type === 'sip_configurations'
      ? showSipConfiguration(configuration, form.sip(account.switches))
      : snakeKeys(members);
  return { type, attributes };
}

function pstn(
  standing: InboundConfiguration | undefined,
  attributes: Readonly<Record<string, unknown>>,
  problems: Problem[],
): InboundConfiguration {
  allowOnly(attributes, ['dst']);
  const dst = attributes['dst'] ?? (standing?.type === 'pstn_configurations' ? standing.dst : '');
  const valid = typeof dst === 'string' && /^\d{1,15}$/.test(dst);
  if (!valid)
    problems.push({
      field: 'dst',
      message: dst === '' ? "can't be blank" : 'is invalid',
      pointer: `${AT}/attributes/dst`,
    });
  return { type: 'pstn_configurations', dst: valid ? dst : '' };
}
