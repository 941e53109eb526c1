/** Where the control API lives: neither faults nor the list of requests concern it. */
export const isControlPath = (path: string): boolean => path === '/sandbox' || path.startsWith('/sandbox/');
