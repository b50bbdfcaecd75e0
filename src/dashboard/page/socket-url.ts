// The address of the WebSocket, wherever the page is served.

/** The WebSocket beside the page, with TLS if the page has it. */
export function socketUrl(page: string): string {
  const url = new URL('live', page);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  return url.href;
}
