/** Whether a host (a name, an address, with the brackets a URL has or without) is this machine alone: RFC 6761, RFC 1122. */
export const isLoopbackHost = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/.test(host);
