import { z } from 'zod';

const anything = z.unknown().optional();

/** A shape that takes anything under each of these names. */
function anyOf<Name extends string>(names: readonly Name[]): Record<Name, typeof anything> {
  const shape: Partial<Record<Name, typeof anything>> = {};
  for (const name of names) shape[name] = anything;
  return shape as Record<Name, typeof anything>;
}

const message = z.looseObject({ role: z.string(), content: z.string().nullable().optional() });

/**
 * Keys that some provider's model accepts; which provider takes which is not simulated. `modelDeprecations`
 * is not among them.
 */
const MODEL_KEYS = [
  'numFastTurns',
  'knowledgeBase',
  'knowledgeBaseId',
  'emotionRecognitionEnabled',
  'thinking',
  'url',
  'timeoutSeconds',
  'headers',
  'metadataSendMode',
  'workflowId',
  'workflow',
  'wordLevelConfidenceEnabled',
  'version',
  'toolStrictCompatibilityMode',
  'reasoningEffort',
  'realtimeConfig',
  'promptCacheRetention',
  'promptCacheKey',
  'fallbackModels',
  'temperature',
  'maxTokens',
] as const;

const VOICE_KEYS = [
  'autoMode',
  'cachingEnabled',
  'callbackUrl',
  'chunkPlan',
  'conversationName',
  'conversationalContext',
  'customGreeting',
  'description',
  'emotion',
  'enableSsml',
  'enableSsmlParsing',
  'experimentalControls',
  'fallbackPlan',
  'generationConfig',
  'inlineSpeedAlpha',
  'instructions',
  'isCustomHumeVoice',
  'language',
  'languageBoost',
  'languageCode',
  'libraryIds',
  'mipOptOut',
  'model',
  'name',
  'numAttempts',
  'oneOf',
  'optimizeStreamingLatency',
  'pauseBetweenBrackets',
  'personaId',
  'phonemizeBetweenBrackets',
  'pitch',
  'pronunciationDictId',
  'pronunciationDictionary',
  'pronunciationDictionaryLocators',
  'properties',
  'provider',
  'reduceLatency',
  'region',
  'role',
  'script',
  'server',
  'similarityBoost',
  'speakingRate',
  'speed',
  'stability',
  'style',
  'styleDegree',
  'styleGuidance',
  'subtitleType',
  'temperature',
  'textGuidance',
  'textNormalizationEnabled',
  'useSpeakerBoost',
  'version',
  'voiceGuidance',
  'voiceId',
  'volume',
] as const;

const OTHER_KEYS = [
  'transcriber',
  'firstMessageInterruptionsEnabled',
  'voicemailDetection',
  'clientMessages',
  'serverMessages',
  'backgroundSound',
  'backgroundDenoisingEnabled',
  'modelOutputInMessagesEnabled',
  'transportConfigurations',
  'observabilityPlan',
  'credentials',
  'hooks',
  'compliancePlan',
  'backgroundSpeechDenoisingPlan',
  'analysisPlan',
  'artifactPlan',
  'startSpeakingPlan',
  'stopSpeakingPlan',
  'monitorPlan',
  'credentialIds',
  'server',
  'keypadInputPlan',
] as const;

/**
 * A model, which a PATCH has to send whole: `provider` and `model` are required in it
 * (docs/providers/vapi.md, Assistants).
 */
const model = z.strictObject({
  ...anyOf(MODEL_KEYS),
  provider: z.string(),
  model: z.string(),
  messages: z.array(message).nullable().optional(),
  tools: z
    .array(z.looseObject({ type: z.string() }))
    .nullable()
    .optional(),
  toolIds: z.array(z.string()).nullable().optional(),
  toolRefs: z
    .array(z.strictObject({ toolId: z.string(), version: z.string() }))
    .nullable()
    .optional(),
});

/**
 * Body of POST and PATCH /assistant, and a transient assistant in POST /call (docs/providers/vapi.md,
 * Assistants). `silenceTimeoutSeconds` left the published schema but is still used in Vapi's own examples:
 * accepted.
 */
export const assistantDto = z.strictObject({
  ...anyOf(OTHER_KEYS),
  name: z.string().max(40).nullable().optional(),
  model: model.optional(),
  voice: z.strictObject(anyOf(VOICE_KEYS)).nullable().optional(),
  firstMessage: z.string().nullable().optional(),
  firstMessageMode: z
    .enum(['assistant-speaks-first', 'assistant-waits-for-user', 'assistant-speaks-first-with-model-generated-message'])
    .optional(),
  endCallPhrases: z.array(z.string().min(2).max(140)).nullable().optional(),
  endCallMessage: z.string().max(1000).nullable().optional(),
  voicemailMessage: z.string().max(1000).nullable().optional(),
  maxDurationSeconds: z.number().min(10).max(43_200).optional(),
  silenceTimeoutSeconds: z.number().min(10).max(3600).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});

export type ModelDto = z.output<typeof model>;
export type AssistantDto = z.output<typeof assistantDto>;
