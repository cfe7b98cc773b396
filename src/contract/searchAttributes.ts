import { defineSearchAttributeKey } from '@temporalio/common';

/** Keyword search attributes that every run of a connection carries, where the namespace knows them. */
export const searchAttributes = {
  connection: defineSearchAttributeKey('PatchbayConnection', 'KEYWORD'),
  number: defineSearchAttributeKey('PatchbayNumber', 'KEYWORD'),
  stage: defineSearchAttributeKey('PatchbayStage', 'KEYWORD'),
  outcome: defineSearchAttributeKey('PatchbayOutcome', 'KEYWORD'),
} as const;
