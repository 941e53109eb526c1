type Variables = Readonly<Record<string, string | undefined>>;

export const isWsl = (variables: Variables): boolean => Boolean(variables.WSL_DISTRO_NAME || variables.WSL_INTEROP);

/**
 * Whether somebody can be expected to see a browser that is started here: not over SSH, and on Linux not without a display,
 * unless `BROWSER` names one or Windows is around it (WSL).
 */
export function hasDisplay(variables: Variables, platform: NodeJS.Platform): boolean {
  if (variables.SSH_CONNECTION || variables.SSH_CLIENT || variables.SSH_TTY) return false;
  if (platform === 'darwin' || platform === 'win32') return true;
  return Boolean(variables.DISPLAY || variables.WAYLAND_DISPLAY || variables.BROWSER) || isWsl(variables);
}
