import { isLoopbackHost } from '../base/loopback.ts';

/** Whether an address is this machine's own. */
export const isLoopback = (url: string): boolean => URL.canParse(url) && isLoopbackHost(new URL(url).hostname);
