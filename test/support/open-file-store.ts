import { type FileTokenStore, fileStore } from '../../src/client/stores/file/index.ts';

/** How a process of a test opens a file store: its options, as JSON. */
export const openStore = (options: string): FileTokenStore => fileStore(JSON.parse(options));
