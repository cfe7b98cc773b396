/** Writes the workflow bundle to `path`: of `src/workflows`, or of the module given. */
export function bundleWorkflows(path: string, workflowsPath?: string): Promise<void>;
