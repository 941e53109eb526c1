const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Whether an address is this machine's own. */
export const isLoopback = (url: string): boolean => URL.canParse(url) && loopback.test(new URL(url).hostname);
