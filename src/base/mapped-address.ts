/** An IPv4 address at a socket for both (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2) is itself; other text stays as it is. */
export const unmapped = (address: string): string => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
