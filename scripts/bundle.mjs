import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** Interceptors that every run needs, tests' own workflows too. */
const INTERCEPTORS = fileURLToPath(new URL('../src/workflows/engine/queryReplayGuard.ts', import.meta.url));
const OURS = fileURLToPath(new URL('../src/workflows/index.ts', import.meta.url));

/** Writes the workflow bundle, always from source: bundling dist gives another hash for the same code. */
export async function bundleWorkflows(path, workflowsPath = OURS) {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [INTERCEPTORS],
    logger: new DefaultLogger('WARN'),
  });
  writeFileSync(path, code);
}
